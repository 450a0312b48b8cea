import type { RatingsMapping } from '../../contract/ratings-import.ts';
import { isMissing } from '../../formats/table/tsv.ts';
import type { RatingsTable } from './read-table.ts';

const WORD = /^(words?|items?|stimul(us|i)|concepts?|nouns?|verbs?|lemmas?|targets?|词语?|单词|词汇|刺激)$/i;
const RATER =
  /^(raters?|judges?|annotators?|workers?|participants?|subjects?|subj|respondents?)([ _.-]?(id|no|nr))?$|^(评分者|评定者|被试|参与者)$/i;
const DIMENSION =
  /^(dimensions?|scales?|attributes?|features?|propert(y|ies)|questions?|维度|属性)([ _.-]?(name|id))?$/i;
const VALUE = /^(ratings?|values?|scores?|responses?|answers?|judge?ments?|评分|得分|评定)$/i;
/** Numbers that count or name rows, and say nothing of the word. */
const NO_RATING =
  /^(id|index|nr|no\.?|number|row|trial|order|list|block|age|rt|序号|编号)$|^(unnamed|column)/i;

const SD = /(^|[ _.-])(sd|std|stdev|stddev)(?=$|[ _.-])/i;
const COUNT = /(^|[ _.-])(n|nobs|rat|count|raters)(?=$|[ _.-])/i;
const MEAN = /(^|[ _.-])(m|mean|avg|average)(?=$|[ _.-])/i;

/** A guess at a table's columns with how sure it is, 0 to 1. */
export interface RatingsGuess {
  readonly mapping: RatingsMapping;
  readonly confidence: number;
}

/**
 * Guesses which columns are words, raters, dimensions and values: by the names that tables of norms give them, else by
 * what the cells hold. Null where no column holds words or none holds numbers.
 */
export function guessRatingsColumns({ columns, rows }: RatingsTable): RatingsGuess | null {
  const looked = rows.slice(0, 2000);
  const cellsOf = (column: number): string[] =>
    looked.map((row) => row[column]).filter((cell) => !isMissing(cell));
  const facts = columns.map((name, at) => {
    const cells = cellsOf(at);
    const numbers = cells.filter((cell) => Number.isFinite(Number(cell))).length;
    return {
      name,
      numeric: cells.length > 0 && numbers / cells.length > 0.95,
      text: cells.length > 0 && numbers / cells.length < 0.2,
      distinct: new Set(cells).size / Math.max(1, cells.length),
    };
  });
  const named = (pattern: RegExp): string | null => columns.find((name) => pattern.test(name.trim())) ?? null;
  const namedWord = facts.find(({ name, text }) => text && WORD.test(name.trim()))?.name ?? null;
  const texts = facts.filter(({ name, text }) => text && !RATER.test(name) && !DIMENSION.test(name));
  const word = namedWord ?? texts.sort((a, b) => b.distinct - a.distinct)[0]?.name ?? null;
  if (word === null || /^participant_id$/i.test(word)) return null;
  const rater = named(RATER);
  const dimension = named(DIMENSION);
  const value = facts.find(({ name, numeric }) => numeric && VALUE.test(name.trim()))?.name ?? null;
  const sure = (named: boolean, other: boolean): number => (named ? 0.6 : 0.3) + (other ? 0.35 : 0.1);
  if (value !== null && dimension !== null) {
    return {
      mapping: { word, rater, long: { dimension, value }, dimensions: [] },
      confidence: sure(namedWord !== null, true),
    };
  }
  const numeric = facts.filter(
    ({ name, numeric: isNumeric }) =>
      isNumeric && name !== rater && name !== '' && !WORD.test(name.trim()) && !NO_RATING.test(name.trim()),
  );
  if (numeric.length === 0) return null;
  const dimensions = groupColumns(numeric.map(({ name }) => name));
  const repeated = (facts.find(({ name }) => name === word)?.distinct ?? 0) < 0.7;
  return {
    mapping: { word, rater: repeated ? rater : null, long: null, dimensions },
    confidence: sure(namedWord !== null, !repeated || rater !== null),
  };
}

/** Puts a dimension's raters together ("valence_r1", "valence_r2"), and its mean with its SD and count. */
function groupColumns(names: readonly string[]): RatingsMapping['dimensions'] {
  const sd = new Map<string, string>();
  const count = new Map<string, string>();
  const values: string[] = [];
  const is = (kind: RegExp, name: string): boolean => kind.test(spaced(name));
  const means = new Set(names.filter((name) => is(MEAN, name)).map((name) => bare(name, MEAN)));
  for (const name of names) {
    if (is(SD, name)) sd.set(bare(name, SD), name);
    else if (is(COUNT, name) && means.has(bare(name, COUNT))) count.set(bare(name, COUNT), name);
    else values.push(name);
  }
  const raters = new Map<string, string[]>();
  for (const name of values) {
    const base =
      /^(.*?[^\d\s_.-])[ _.-]?(?:r|rater|s|sub|subj|p|judge|j)[ _.-]?\d+$/i.exec(name)?.[1] ?? name;
    raters.set(base, [...(raters.get(base) ?? []), name]);
  }
  return [...raters].flatMap(([base, columns]) =>
    columns.length > 1
      ? [{ name: base, columns, sd: null, n: null }]
      : columns.map((name) => {
          const key = bare(name, MEAN);
          return { name: key, columns: [name], sd: sd.get(key) ?? null, n: count.get(key) ?? null };
        }),
  );
}

/** A column's name without the word that says what it counts: "V.Mean.Sum" and "V.SD.Sum" are both "V Sum". */
function bare(name: string, kind: RegExp): string {
  if (!kind.test(spaced(name))) return name;
  const rest = spaced(name)
    .replace(kind, ' ')
    .replace(/[ _.-]+/g, ' ')
    .trim();
  return rest === '' ? name : rest;
}

/** "ConcMean" as "Conc Mean". */
function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2');
}
