import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { PlannedRatings, RatingsMapping } from '../../contract/ratings-import.ts';
import { UserError } from '../../core/errors.ts';
import { collectRatings, type RatedWords, shown } from './collect-ratings.ts';
import { guessRatingsColumns } from './guess-columns.ts';
import { readRatingsTable } from './read-table.ts';

/** Ratings as their plan would store them, with the columns that they were read by. */
export interface PreparedRatings extends RatedWords {
  readonly mapping: RatingsMapping;
}

/**
 * Reads a table of ratings by its plan; words without a value on some dimension are left out or kept, and named.
 * @throws UserError as `readRatingsTable` and `collectRatings`; `ratings.not-ratings` where no columns are given and
 *   none can be guessed, `ratings.nothing-complete`
 */
export async function prepareRatings(plan: PlannedRatings): Promise<PreparedRatings> {
  const table = await readRatingsTable(plan.path, plan.sheet);
  const mapping = plan.mapping ?? guessRatingsColumns(table)?.mapping;
  if (mapping === undefined) throw notRatings(plan.path);
  const rated = collectRatings(table, mapping, plan.path);
  const gaps = rated.words.flatMap((word, index) =>
    rated.dimensions.some(({ mean }) => Number.isNaN(mean[index])) ? [{ word, index }] : [],
  );
  if (gaps.length === 0) return { ...rated, mapping };
  const file = basename(plan.path);
  const params = { file, count: gaps.length, words: shown(gaps.map(({ word }) => word)) };
  if (plan.incomplete === 'keep') {
    const notice: Notice = {
      level: 'warning',
      code: 'ratings.gaps-kept',
      message: `${file}: ${params.count} words lack a value on some dimension (${params.words}); studies leave such dimensions out.`,
      params,
    };
    return { ...rated, mapping, notices: [...rated.notices, notice] };
  }
  if (gaps.length === rated.words.length) {
    throw new UserError(
      'ratings.nothing-complete',
      `${file}: no word has a value on every dimension: choose fewer dimensions, or keep words with gaps.`,
      { file },
    );
  }
  const left = new Set(gaps.map(({ index }) => index));
  const pick = (values: Float64Array): Float64Array => values.filter((_, index) => !left.has(index));
  return {
    ...rated,
    mapping,
    words: rated.words.filter((_, index) => !left.has(index)),
    dimensions: rated.dimensions.map((one) => ({
      ...one,
      mean: pick(one.mean),
      sd: pick(one.sd),
      count: pick(one.count),
    })),
    notices: [
      ...rated.notices,
      {
        level: 'warning',
        code: 'ratings.gaps-dropped',
        message: `${file}: ${params.count} words lack a value on some dimension and are left out (${params.words}).`,
        params,
      },
    ],
  };
}

/** @returns the refusal of a table whose columns say nothing of words and ratings */
export function notRatings(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'ratings.not-ratings',
    `${file} has no column of words beside columns of numbers that can be told: name them under columns.`,
    { file },
  );
}
