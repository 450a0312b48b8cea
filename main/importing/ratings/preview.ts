import type { PlannedRatings, RatedSummary, RatingsPreview } from '../../contract/ratings-import.ts';
import type { RatedDimension } from './collect-ratings.ts';
import { prepareRatings } from './prepare.ts';

const BINS = 24;
const FIRST_WORDS = 12;

/** What importing a table by its plan would see. @throws UserError as `prepareRatings` */
export async function previewRatings(plan: PlannedRatings): Promise<RatingsPreview> {
  const { words, raters, dimensions, notices } = await prepareRatings(plan);
  return {
    words: words.length,
    raters: raters?.length ?? null,
    dimensions: dimensions.map(summaryOf),
    first: words.slice(0, FIRST_WORDS).map((word, index) => ({
      word,
      means: dimensions.map(({ mean }) => (Number.isFinite(mean[index]) ? mean[index] : null)),
    })),
    notices: [...notices],
  };
}

/** Distribution, spread and agreement of one dimension. */
export function summaryOf({ name, mean, sd, count, agreement }: RatedDimension): RatedSummary {
  const values = [...mean].filter(Number.isFinite);
  const spreads = [...sd].filter(Number.isFinite);
  const counts = [...count].filter((value) => value > 0);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const middle = averageOf(values);
  const histogram = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const share = highest === lowest ? 0 : (value - lowest) / (highest - lowest);
    histogram[Math.min(BINS - 1, Math.floor(share * BINS))] += 1;
  }
  return {
    name,
    words: values.length,
    mean: middle,
    sd: Math.sqrt(
      values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1),
    ),
    lowest,
    highest,
    histogram,
    raterSd: spreads.length === 0 ? null : averageOf(spreads),
    ratings: agreement === null && spreads.length === 0 ? null : [Math.min(...counts), Math.max(...counts)],
    agreement,
  };
}

function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
