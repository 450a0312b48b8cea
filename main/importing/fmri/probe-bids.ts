import { dirname, extname } from 'node:path';
import type { ImportProbe } from '../../contract/importing.ts';
import { UserError } from '../../core/errors.ts';
import { inheritedSidecar, nearestCompanion } from '../../formats/bids/inheritance.ts';
import { saysSimulated } from '../../formats/bids/sidecar.ts';
import { type BidsFile, type BidsTree, findBidsRoot, readBidsTree } from '../../formats/bids/tree.ts';
import { isRight, otherHemisphere } from '../../formats/surface/open-series.ts';
import { probeRun, type RunFiles } from './probe-run.ts';

/**
 * The raw dataset that a derivative lies in (raw/derivatives/fmriprep): preprocessing leaves events where they were.
 * Null for raw datasets, and for derivatives that stand alone.
 */
async function rawTreeOf(tree: BidsTree): Promise<BidsTree | null> {
  if (tree.description.DatasetType !== 'derivative' && tree.description.GeneratedBy === undefined)
    return null;
  const root = await findBidsRoot(dirname(tree.root));
  // BIDS puts derivatives one or two folders down; anything farther up is another dataset.
  const near = [dirname(tree.root), dirname(dirname(tree.root))];
  return root !== null && near.includes(root) ? readBidsTree(root) : null;
}

/** Entities that a companion must share with its image where it has them. */
const identity = ['sub', 'ses', 'task', 'acq', 'run', 'dir', 'rec', 'echo'];

/** Finds every functional run of a BIDS dataset (raw or derivative) with its events, confounds, mask and sidecars. */
export async function probeBids(root: string, paths: string[]): Promise<ImportProbe> {
  return probeBidsTree(await readBidsTree(root), paths);
}

/** As `probeBids`, of a tree that was read already. */
export async function probeBidsTree(tree: BidsTree, paths: string[]): Promise<ImportProbe> {
  const { root } = tree;
  const simulated = saysSimulated(tree.description);
  const notices = [...tree.notices];
  const volumes = tree.files.filter((file) => isFunctional(file, ['.nii', '.nii.gz']));
  // Series on surfaces are taken where there are no volumes beside them; the left file brings the right one.
  const images =
    volumes.length > 0
      ? volumes
      : tree.files
          .filter((file) => isFunctional(file, ['.dtseries.nii', '.ptseries.nii', '.func.gii']))
          .filter((file, _, all) => {
            const other = isRight(file.path) ? otherHemisphere(file.path) : null;
            return !all.some(({ path }) => path === other);
          });
  const present = images.filter((file) => file.state === 'present');
  const probed = [];
  const raw = await rawTreeOf(tree);
  for (const file of present) probed.push(await probeRun(await filesOf(tree, raw, file, simulated)));
  const hollow = new Set(['nifti.no-image-data', 'nifti.text-file', 'nifti.truncated-header', 'file.empty']);
  const runs = probed.filter((run) => run.problem === null || !hollow.has(run.problem.code));
  const missingData = [
    ...images
      .filter((file) => file.state !== 'present')
      .map((file) => ({ path: file.path, reason: absence(file) })),
    ...probed.flatMap((run) =>
      run.problem !== null && hollow.has(run.problem.code) ? [{ path: run.image, reason: run.problem }] : [],
    ),
  ];
  if (runs.length === 0) {
    notices.push({
      level: 'error',
      code: 'import.no-runs',
      message: `No functional run with data was found in ${root}.`,
      params: { path: root },
    });
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    modality: 'fmri',
    kind: 'bids',
    paths,
    dataset: {
      root,
      name: text(tree.description.Name) || root,
      bidsVersion: text(tree.description.BIDSVersion),
      type: text(tree.description.DatasetType) || 'raw',
      simulated,
    },
    subjects: distinct(runs.map((run) => run.subject)),
    sessions: distinct(runs.flatMap((run) => run.session ?? [])),
    tasks: distinct(runs.map((run) => run.task)),
    spaces: distinct(runs.flatMap((run) => run.space ?? [])),
    runs,
    missingData,
    notices,
  };
}

/** Each value once, sorted. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function isFunctional(file: BidsFile, extensions: readonly string[]): boolean {
  return (
    file.name !== null &&
    file.name.suffix === 'bold' &&
    extensions.includes(file.name.extension) &&
    file.name.entities.sub !== undefined
  );
}

async function filesOf(
  tree: BidsTree,
  raw: BidsTree | null,
  file: BidsFile,
  simulated: boolean,
): Promise<RunFiles> {
  const entities = file.name?.entities ?? {};
  const sidecar = await inheritedSidecar(tree, file);
  const usable = (found: BidsFile | null): string | null => (found?.state === 'present' ? found.path : null);
  const events =
    nearestCompanion(tree, file, 'events', '.tsv') ??
    companion(tree, file, ['events'], () => true) ??
    (raw && companion(raw, file, ['events'], () => true));
  const beside = (other: BidsFile): boolean => dirname(other.relative) === dirname(file.relative);
  const confounds = companion(
    tree,
    file,
    ['timeseries', 'regressors'],
    (other) => beside(other) && /^confounds$/.test(other.name?.entities.desc ?? ''),
  );
  const mask = companion(
    tree,
    file,
    ['mask'],
    (other) =>
      beside(other) &&
      other.name?.entities.desc === 'brain' &&
      other.name.entities.space === entities.space &&
      other.name.entities.res === entities.res,
  );
  const textGrid = [...tree.files, ...(raw?.files ?? [])].find(
    (other) =>
      extname(other.path) === '.TextGrid' && other.state === 'present' && sharesIdentity(other, file),
  );
  return {
    image: file.path,
    bytes: file.bytes,
    subject: entities.sub,
    session: entities.ses ?? null,
    task: entities.task ?? 'unnamed',
    run: [entities.run, entities.echo && `echo${entities.echo}`].filter(Boolean).join('-') || null,
    space: entities.space ?? null,
    sidecar: sidecar.values,
    eventsPath: usable(events),
    textGridPath: textGrid?.path ?? null,
    confoundsPath: usable(confounds),
    maskPath: usable(mask),
    simulated,
    notices: sidecar.notices,
  };
}

/** The file of one of these suffixes whose identity fits best (most entities shared), anywhere in the tree. */
function companion(
  tree: BidsTree,
  file: BidsFile,
  suffixes: readonly string[],
  fits: (other: BidsFile) => boolean,
): BidsFile | null {
  const shared = (other: BidsFile): number =>
    identity.filter((key) => other.name?.entities[key] !== undefined).length;
  const found = tree.files
    .filter((other) => other.name !== null && suffixes.includes(other.name.suffix))
    .filter((other) => !other.name?.extension.endsWith('.json'))
    .filter((other) => sharesIdentity(other, file) && fits(other))
    .sort((a, b) => shared(b) - shared(a));
  return found[0] ?? null;
}

function sharesIdentity(other: BidsFile, file: BidsFile): boolean {
  const [theirs, own] = [other.name?.entities ?? {}, file.name?.entities ?? {}];
  if (theirs.sub === undefined && theirs.task === undefined) return false;
  return identity.every((key) => theirs[key] === undefined || theirs[key] === own[key]);
}

function absence(file: BidsFile): ImportProbe['missingData'][number]['reason'] {
  const error =
    file.state !== 'empty'
      ? new UserError(
          'file.not-downloaded',
          `${file.relative} stands for data that are not on this machine: fetch it first (git annex get or datalad get).`,
          { file: file.relative },
        )
      : new UserError(
          'file.empty',
          `${file.relative} is empty (0 bytes), a placeholder without data: get the real file.`,
          { file: file.relative },
        );
  return error.toInfo();
}
