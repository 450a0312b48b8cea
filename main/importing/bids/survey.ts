import { basename, dirname } from 'node:path';
import type { BidsEntry, BidsPlan, BidsProblem, BidsSurvey } from '../../contract/bids.ts';
import type { MeegPlan } from '../../contract/meeg-import.ts';
import type { EyetrackingPlan } from '../../contract/modality-import.ts';
import { UserError } from '../../core/errors.ts';
import { saysSimulated } from '../../formats/bids/sidecar.ts';
import { type BidsFile, type BidsTree, findBidsRoot, readBidsTree } from '../../formats/bids/tree.ts';
import { isBidsEyetracking } from '../../formats/eyetracking/bids-physio.ts';
import { probeEyetracking } from '../eyetracking/probe.ts';
import { suggestPlan } from '../fmri/plan.ts';
import { distinct, probeBidsTree } from '../fmri/probe-bids.ts';
import { probeMeeg, suggestMeegPlan } from '../meeg/probe.ts';
import { checkDataset } from './check-dataset.ts';
import { findRatings, type RatingsOfDataset } from './find-ratings.ts';
import { meegCompanions } from './meeg-companions.ts';

/** Suffixes that are read together with a recording. */
const companions = new Set([
  'events',
  'channels',
  'electrodes',
  'coordsystem',
  'headshape',
  'physioevents',
  'timeseries',
  'regressors',
  'mask',
  'scans',
  'sessions',
  'participants',
]);

/**
 * Looks over a BIDS dataset: every file with what becomes of it, what is there in name only, what is wrong, and the plan
 * that imports all that can be.
 * @throws UserError `bids.not-a-dataset`, `bids.not-a-folder`, `bids.too-many-files`
 */
export async function surveyBids(folder: string): Promise<BidsSurvey> {
  const root = await findBidsRoot(folder).catch(() => null);
  if (root === null) {
    throw new UserError(
      'bids.not-a-dataset',
      `${folder} is no BIDS dataset: there is no dataset_description.json in it or above it.`,
      { path: folder },
    );
  }
  const tree = await readBidsTree(root);
  const simulated = saysSimulated(tree.description);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const problems = await checkDataset(tree);
  const fmri = await probeBidsTree(tree, [root]);
  for (const run of fmri.runs)
    if (run.problem !== null)
      problems.push({ path: shorten(root, run.image), ...run.problem, level: 'error' });
  const hollow = new Set(fmri.missingData.map(({ path }) => path));
  const meeg = await meegPlan(tree, simulated, problems);
  const eyetracking = await gazePlan(tree, simulated, problems);
  const ratings = await findRatings(tree, simulated);
  const files = tree.files.map((file) => entry(tree, file, hollow, ratings));
  const placeholders = files.filter(({ state }) => state !== 'present').map(({ path }) => path);
  const name = text(tree.description.Name) || basename(root);
  const plan: BidsPlan = {
    root,
    name,
    fmri: fmri.runs.some(({ importable }) => importable) ? suggestPlan(fmri) : null,
    meeg,
    eyetracking,
    ratings: ratings.plans.length === 0 ? null : { files: [...ratings.plans] },
    placeholders,
    problems,
  };
  const subjects = [null, ...distinct(files.flatMap(({ path }) => subjectOf(path) ?? []))];
  return {
    root,
    name,
    bidsVersion: text(tree.description.BIDSVersion),
    type: text(tree.description.DatasetType) || 'raw',
    simulated,
    subjects: subjects
      .map((subject) => ({ subject, files: files.filter(({ path }) => subjectOf(path) === subject) }))
      .filter((one) => one.files.length > 0),
    placeholders,
    problems,
    plan: [plan.fmri, meeg, eyetracking, plan.ratings].every((part) => part === null) ? null : plan,
  };
}

function subjectOf(path: string): string | null {
  return /(?:^|\/)sub-([^/]+)\//.exec(path)?.[1] ?? null;
}

function shorten(root: string, path: string): string {
  return path.startsWith(root) ? path.slice(root.length + 1) : path;
}

/** Which importer takes a file as a recording of its own. */
function modalityOf(file: BidsFile): BidsEntry['modality'] {
  const { name, relative } = file;
  if (name === null || name.entities.sub === undefined) return null;
  if (name.suffix === 'bold' && /^\.nii(\.gz)?$/.test(name.extension)) return 'fmri';
  if (isMeeg(file)) return 'meeg';
  return isBidsEyetracking(relative) ? 'eyetracking' : null;
}

/** The file of a MEG or EEG recording that is opened; of a CTF folder, its .res4. */
function isMeeg({ name, relative }: BidsFile): boolean {
  if (/_meg\.ds\/[^/]+\.res4$/.test(relative)) return true;
  if (/\.ds\//.test(relative)) return false;
  return (
    name !== null &&
    ['meg', 'eeg', 'ieeg'].includes(name.suffix) &&
    ['.fif', '.edf', '.bdf', '.vhdr', '.set', '.sqd', '.con'].includes(name.extension.toLowerCase()) &&
    // Later parts of split files come with the first.
    !(name.entities.split !== undefined && Number(name.entities.split) > 1)
  );
}

function entry(
  tree: BidsTree,
  file: BidsFile,
  hollow: ReadonlySet<string>,
  ratings: RatingsOfDataset,
): BidsEntry {
  const rated = ratings.plans.some(({ path }) => path === file.path);
  const modality = rated ? 'ratings' : modalityOf(file);
  const { name } = file;
  const top = file.relative.split('/')[0] ?? '';
  const known = name !== null || !/^sub-/.test(top) || /\.ds\//.test(file.relative);
  const companion =
    name !== null &&
    (companions.has(name.suffix) ||
      name.extension === '.json' ||
      tree.files.some(
        (other) =>
          other !== file && isMeeg(other) && other.relative.replace(/\.[^./]+$/, '') === stem(file.relative),
      ));
  return {
    path: file.relative,
    bytes: file.bytes,
    role: modality !== null ? 'recording' : companion ? 'companion' : known ? 'not-imported' : 'unknown',
    modality,
    // A header without data is a placeholder as well.
    state: file.state === 'present' && hollow.has(file.path) ? 'empty' : file.state,
    reason: ratings.refused.get(file.relative) ?? null,
  };
}

function stem(path: string): string {
  return path.replace(/\.[^./]+$/, '');
}

async function meegPlan(
  tree: BidsTree,
  simulated: boolean,
  problems: BidsProblem[],
): Promise<MeegPlan | null> {
  const files = tree.files.filter((file) => isMeeg(file) && file.state === 'present');
  const paths = files.map(({ path }) => (/\.ds\/[^/]+$/.test(path) ? dirname(path) : path));
  const probed = await probeMeeg(paths);
  for (const { path, problem } of probed)
    if (problem !== null) problems.push({ path: shorten(tree.root, path), ...problem, level: 'error' });
  if (!probed.some(({ importable }) => importable)) return null;
  // Places come from the dataset's tables: a guess by names needs someone who looks at it.
  const plan = suggestMeegPlan(probed.map((one) => ({ ...one, places: null })));
  const runs = [];
  for (const run of plan.runs) {
    const file = files[paths.indexOf(run.path)];
    try {
      const { bads, ...found } = await meegCompanions(tree, file);
      runs.push({ ...run, ...found, bads: bads ?? run.bads, simulated });
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      // The recording can do without its tables; what is wrong with them is said.
      problems.push({ path: file.relative, ...cause.toInfo(), level: 'error' });
      runs.push({ ...run, simulated });
    }
  }
  return { ...plan, name: String(tree.description.Name ?? plan.name), runs };
}

async function gazePlan(
  tree: BidsTree,
  simulated: boolean,
  problems: BidsProblem[],
): Promise<EyetrackingPlan | null> {
  const files = tree.files.filter((file) => modalityOf(file) === 'eyetracking' && file.state === 'present');
  const firsts = files.filter(({ relative }) => !isLaterEye(relative, files));
  const probed = await probeEyetracking(firsts.map(({ path }) => path));
  for (const { path, problem } of probed)
    if (problem !== null) problems.push({ path: shorten(tree.root, path), ...problem, level: 'error' });
  const plans = probed.flatMap(({ plan }) => (plan === null ? [] : [{ ...plan, simulated }]));
  return plans.length === 0 ? null : { files: plans };
}

/** Whether the eye before this one is there too: it then brings this one along. */
function isLaterEye(path: string, files: readonly BidsFile[]): boolean {
  const match = /_recording-eye(\d+)_/.exec(path);
  if (match === null || Number(match[1]) < 2) return false;
  const first = path.replace(match[0], '_recording-eye1_');
  return files.some(({ relative }) => relative === first);
}
