import { basename } from 'node:path';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { PlannedRatings, RatingsMapping } from '../../contract/ratings-import.ts';
import { UserError } from '../../core/errors.ts';
import type { BidsFile, BidsTree } from '../../formats/bids/tree.ts';
import { probeRatings } from '../ratings/probe.ts';

/** Names of a guess come from the header: below this the words were found by their cells alone. */
const NAMED = 0.6;
/** Columns of an experiment that say how an answer was given, not what a word was rated as. */
const NO_SCALE =
  /(^|[ _.-])(onset|offset|duration|time|rt|latency|accuracy|correct|acc|hit|error|key|button|trial|block|run|session|sample|age|code|id)(?=$|[ _.-]|\d)/i;

/** Tables of a dataset that are ratings, and why the other tables of behaviour are not. */
export interface RatingsOfDataset {
  readonly plans: readonly PlannedRatings[];
  /** By path from the root. */
  readonly refused: ReadonlyMap<string, ErrorInfo>;
}

/** Whether a file is a table of behaviour: `_beh.tsv`, `_ratings.tsv`, or one of phenotype/; results are none. */
function isBehaviour({ name, relative }: BidsFile): boolean {
  if (name?.extension !== '.tsv' || !/^(sub-[^/]+|phenotype)\//.test(relative)) return false;
  return name.suffix === 'beh' || name.suffix === 'ratings' || /^phenotype\//.test(relative);
}

/**
 * Which tables of behaviour and phenotype are ratings: those with a column named as words or items are, beside columns of
 * numbers that are no reaction times, accuracies or counts. Never throws for a bad table.
 */
export async function findRatings(tree: BidsTree, simulated: boolean): Promise<RatingsOfDataset> {
  const plans: PlannedRatings[] = [];
  const refused = new Map<string, ErrorInfo>();
  // Tables of results, such as measures of reading, look alike.
  const results = tree.description.DatasetType === 'derivative';
  const behaviour = results ? [] : tree.files.filter((one) => one.state === 'present' && isBehaviour(one));
  for (const file of behaviour) {
    const [{ plan, guess, confidence, problem }] = await probeRatings([file.path]);
    const mapping = guess === null || confidence < NAMED ? null : scalesOnly(guess);
    if (plan !== null && mapping !== null) {
      const name = basename(file.relative).replace(/(_beh|_ratings)?\.tsv$/, '');
      plans.push({ ...plan, name, mapping, simulated });
    } else refused.set(file.relative, problem ?? noRatings(file.relative));
  }
  return { plans, refused };
}

function scalesOnly(mapping: RatingsMapping): RatingsMapping | null {
  if (mapping.long !== null) return mapping;
  const dimensions = mapping.dimensions.filter(({ name }) => !NO_SCALE.test(name));
  return dimensions.length === 0 ? null : { ...mapping, dimensions };
}

function noRatings(path: string): ErrorInfo {
  const file = basename(path);
  return new UserError(
    'bids.no-ratings',
    `${file} has no column named as words or items are (word, item, stimulus) beside columns of ratings, so it is not imported.`,
    { file },
  ).toInfo();
}
