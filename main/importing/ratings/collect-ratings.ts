import { basename } from 'node:path';
import { type Agreement, type Rating, raterAgreement } from '../../analysis/ratings/agreement.ts';
import type { Notice } from '../../contract/errors.ts';
import type { RatingsMapping } from '../../contract/ratings-import.ts';
import { UserError } from '../../core/errors.ts';
import { columnIndex } from '../../formats/table/tsv.ts';
import type { RatingsTable } from './read-table.ts';

/** One dimension of all words; `mean`, `sd` and `count` have one value a word, NaN where there is none. */
export interface RatedDimension {
  readonly name: string;
  readonly mean: Float64Array;
  /** Between raters, with n − 1; NaN for a word with one rating or none. */
  readonly sd: Float64Array;
  readonly count: Float64Array;
  /** Null where the table has one value a word. */
  readonly agreement: Agreement | null;
}

/** Words with what they were rated as. */
export interface RatedWords {
  readonly words: readonly string[];
  /** Names of raters; null where ratings do not tell who gave them, or one value a word is all there is. */
  readonly raters: readonly string[] | null;
  readonly dimensions: readonly RatedDimension[];
  readonly notices: readonly Notice[];
}

/** Cells that stand for no answer. */
const MISSING = /^(|\.|-|–|n\/a|na|nan|null|none|#n\/a|#null!|missing)$/i;
/** Names shown in a notice at most. */
const SHOWN = 8;
/** From this share of repeated words on, rows are the answers of raters without a name. */
const ANONYMOUS = 0.5;

interface Judgement {
  readonly word: string;
  readonly rater: string | null;
  readonly dimension: string;
  readonly value: number;
}

/**
 * Brings a table of ratings to one mean, spread and count a word and dimension. Words that come twice are averaged and
 * named; rows without a word are left out and counted.
 * @param file path, for refusals
 * @throws UserError `ratings.no-column`, `ratings.cell`, `ratings.no-values`
 */
export function collectRatings(table: RatingsTable, mapping: RatingsMapping, file: string): RatedWords {
  const at = (column: string): number => {
    const index = columnIndex(table, column);
    if (index >= 0) return index;
    throw new UserError(
      'ratings.no-column',
      `${basename(file)} has no column "${column}": choose one of ${table.columns.slice(0, 20).join(', ')}.`,
      { file: basename(file), column, found: table.columns.slice(0, 20).join(', ') },
    );
  };
  const notices: Notice[] = [];
  const word = at(mapping.word);
  const rows = table.rows.filter((row) => row[word].trim() !== '');
  const nameless = table.rows.length - rows.length;
  if (nameless > 0) {
    notices.push({
      level: 'warning',
      code: 'ratings.no-word',
      message: `${basename(file)}: ${nameless} rows have no word and are left out.`,
      params: { file: basename(file), rows: nameless },
    });
  }
  const judgements = judgementsOf(rows, mapping, at, word, file);
  const words = [...new Set(rows.map((row) => row[word].trim()))];
  const dimensions = mapping.long
    ? [...new Set(judgements.map(({ dimension }) => dimension))]
    : mapping.dimensions.map(({ name }) => name);
  if (judgements.length === 0) {
    throw new UserError('ratings.no-values', `${basename(file)} holds no rating under these columns.`, {
      file: basename(file),
    });
  }
  const collected = new Collected(words, dimensions, judgements);
  notices.push(...collected.doubts(basename(file)));
  const published = publishedSpread(rows, mapping, at, word);
  return {
    words,
    raters: collected.raters,
    dimensions: dimensions.map((name) => {
      const own = collected.dimension(name);
      const given = published.get(name);
      return given === undefined ? own : { ...own, ...given(words) };
    }),
    notices,
  };
}

function judgementsOf(
  rows: readonly (readonly string[])[],
  { rater, long, dimensions }: RatingsMapping,
  at: (column: string) => number,
  word: number,
  file: string,
): Judgement[] {
  const raterAt = rater === null ? null : at(rater);
  const sources = long
    ? [{ name: null, columns: [{ index: at(long.value), rater: null }] }]
    : dimensions.map(({ name, columns }) => ({
        name,
        columns: columns.map((column) => ({ index: at(column), rater: columns.length > 1 ? column : null })),
      }));
  const dimensionAt = long ? at(long.dimension) : -1;
  return rows.flatMap((row) =>
    sources.flatMap(({ name, columns }) =>
      columns.flatMap(({ index, rater: ofColumn }) => {
        const cell = row[index].trim();
        if (MISSING.test(cell)) return [];
        const value = Number(cell);
        if (!Number.isFinite(value)) throw noNumber(file, name ?? row[dimensionAt], row[word], cell);
        const ofRow = raterAt === null ? null : row[raterAt].trim();
        return [
          {
            word: row[word].trim(),
            rater: ofColumn ?? ofRow,
            dimension: name ?? row[dimensionAt].trim(),
            value,
          },
        ];
      }),
    ),
  );
}

function noNumber(path: string, measure: string, word: string, cell: string): UserError {
  const file = basename(path);
  return new UserError(
    'ratings.cell',
    `${file}: the rating ${measure} of "${word}" is "${cell}", which is no number.`,
    { file, measure, word, cell },
  );
}

/** Ratings by dimension and word, each rater once a word. */
class Collected {
  readonly raters: readonly string[] | null;
  private readonly words: readonly string[];
  private readonly ratings = new Map<string, Map<string, Map<string, number[]>>>();
  private readonly anonymous: boolean;
  private readonly repeated = new Set<string>();

  constructor(words: readonly string[], dimensions: readonly string[], judgements: readonly Judgement[]) {
    this.words = words;
    for (const dimension of dimensions)
      this.ratings.set(dimension, new Map(words.map((word) => [word, new Map()])));
    const named = judgements.some(({ rater }) => rater !== null);
    for (const { word, rater, dimension, value } of judgements) {
      const own = this.ratings.get(dimension)?.get(word);
      const key = rater ?? '';
      const before = own?.get(key);
      if (before === undefined) own?.set(key, [value]);
      else {
        before.push(value);
        this.repeated.add(word);
      }
    }
    this.anonymous = !named && this.repeated.size > ANONYMOUS * words.length;
    const names = [...new Set(judgements.flatMap(({ rater }) => rater ?? []))];
    this.raters = named ? names : null;
  }

  dimension(name: string): RatedDimension {
    const { words, raters } = this;
    const mean = new Float64Array(words.length).fill(Number.NaN);
    const sd = new Float64Array(words.length).fill(Number.NaN);
    const count = new Float64Array(words.length);
    const numbers = new Map((raters ?? []).map((rater, index) => [rater, index]));
    const all = words.map((word, index): Rating[] => {
      const own = [...(this.ratings.get(name)?.get(word) ?? [])];
      const ratings = this.anonymous
        ? own.flatMap(([, values]) => values.map((value, rater) => ({ rater, value })))
        : own.map(([rater, values]) => ({ rater: numbers.get(rater) ?? 0, value: average(values) }));
      count[index] = ratings.length;
      if (ratings.length > 0) mean[index] = average(ratings.map(({ value }) => value));
      if (ratings.length > 1) {
        const squares = ratings.reduce((sum, { value }) => sum + (value - mean[index]) ** 2, 0);
        sd[index] = Math.sqrt(squares / (ratings.length - 1));
      }
      return ratings;
    });
    const several = all.some((ratings) => ratings.length > 1);
    return { name, mean, sd, count, agreement: several ? raterAgreement(all, raters?.length ?? null) : null };
  }

  doubts(file: string): Notice[] {
    if (this.anonymous || this.repeated.size === 0) return [];
    const names = shown([...this.repeated]);
    return [
      {
        level: 'warning',
        code: 'ratings.repeated',
        message: `${file}: ${this.repeated.size} words come more than once and are averaged (${names}).`,
        params: { file, count: this.repeated.size, words: names },
      },
    ];
  }
}

/** Spread and counts that the table publishes beside its means, by dimension. */
function publishedSpread(
  rows: readonly (readonly string[])[],
  { dimensions }: RatingsMapping,
  at: (column: string) => number,
  word: number,
): Map<string, (words: readonly string[]) => Partial<RatedDimension>> {
  const columnOf =
    (name: string) =>
    (words: readonly string[]): Float64Array => {
      const values = new Map(rows.map((row) => [row[word].trim(), row[at(name)].trim()]));
      return Float64Array.from(words, (one) => {
        const cell = values.get(one) ?? '';
        return MISSING.test(cell) ? Number.NaN : Number(cell);
      });
    };
  return new Map(
    dimensions.map(({ name, sd, n }) => [
      name,
      (words) => ({
        ...(sd ? { sd: columnOf(sd)(words) } : {}),
        ...(n ? { count: columnOf(n)(words) } : {}),
      }),
    ]),
  );
}

/** The first names, and how many more there are. */
export function shown(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` + ${more}` : ''}`;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
