import { block, tag } from '../fif/constants.ts';
import { readEpochs } from '../fif/epochs.ts';
import { readEvents } from '../fif/events.ts';
import { readEvokeds } from '../fif/evoked.ts';
import { parseTransform, readInfo, readProjections } from '../fif/info.ts';
import { openRawFif, rawNode } from '../fif/raw.ts';
import {
  damagedFif,
  type FifEntry,
  type FifFile,
  type FifNode,
  findBlocks,
  findTag,
  openFif,
  readNumber,
  readNumbers,
} from '../fif/tree.ts';
import { arrayStatistics } from './array-statistics.ts';
import { describeLoose, describeModel, describeSurfaces } from './inspect-fif-models.ts';
import { describeEvents, inspectRecording } from './inspect-recording.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/** What `gyrus inspect` says of a FIF file of any content. */
export async function inspectFif(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = await openFif(path);
  try {
    if (rawNode(file.root) === null) return { format: 'fif', ...(await describeOther(file, stats)) };
  } finally {
    await file.close();
  }
  return inspectRecording(await openRawFif(path), 'raw', stats);
}

async function describeOther(file: FifFile, stats: boolean): Promise<Record<string, unknown>> {
  const has = (kind: number): boolean => findBlocks(file.root, kind).length > 0;
  const model = await describeModel(file);
  if (model !== null) return model;
  if (has(block.epochs) || has(block.oldEpochs)) return describeEpochs(file, stats);
  if (has(block.evoked)) return describeEvokeds(file);
  if (has(block.sourceSpace)) return describeSourceSpaces(file);
  const surfaces = await describeSurfaces(file);
  if (surfaces !== null) return surfaces;
  if (has(block.covariance)) return describeCovariance(file);
  if (has(block.events)) return describeEventList(file);
  if (has(block.projection)) return describeProjections(file);
  if (has(block.info)) return describeInfo(file);
  return (await describeTransform(file)) ?? describeLoose(file);
}

/** What stands in front of samples, in a file without any (of mne.io.write_info, or of a copy that broke off). */
async function describeInfo(file: FifFile): Promise<Record<string, unknown>> {
  const info = await readInfo(file);
  const names = info.channels.map(({ name }) => name);
  return {
    kind: 'info',
    n_channels: names.length,
    sfreq: info.sfreq,
    highpass: info.highpass,
    lowpass: info.lowpass,
    meas_date: info.measuredAt ?? 'None',
    bads: info.bads,
    ch_names_first: names.slice(0, 6),
    n_projs: info.projections.length,
    n_dig: info.digitisedPoints,
  };
}

async function describeEventList(file: FifFile): Promise<Record<string, unknown>> {
  const found = await readEvents(file);
  if (found === null) throw damagedFif(file.path, 'its event list is missing');
  return {
    kind: 'events',
    ...describeEvents(found.events, 6),
    last: found.events.at(-1) ?? null,
    ...(found.names === null ? {} : { event_id: found.names }),
  };
}

async function describeEvokeds(file: FifFile): Promise<Record<string, unknown>> {
  const evokeds = await readEvokeds(file);
  return {
    kind: 'evoked',
    n: evokeds.length,
    evokeds: evokeds.map((evoked) => ({
      comment: evoked.comment,
      nave: evoked.averages,
      kind: evoked.kind,
      n_channels: evoked.channels.length,
      n_times: evoked.samples,
      tmin: evoked.tmin,
      tmax: evoked.tmax,
      sfreq: evoked.sfreq,
      first_channel: evoked.channels[0],
      first_samples: [...evoked.data.subarray(0, 5)],
      sum: pairwiseSum(evoked.data),
      bads: evoked.bads,
    })),
  };
}

async function describeEpochs(file: FifFile, stats: boolean): Promise<Record<string, unknown>> {
  const epochs = await readEpochs(file);
  const { info, events } = epochs;
  let sum = 0;
  let first: number[] = [];
  for (let index = 0; stats && index < events.length; index++) {
    const data = await epochs.read(index);
    if (index === 0) first = [...data.subarray(0, 5)];
    sum += pairwiseSum(data);
  }
  return {
    kind: 'epochs',
    n: events.length,
    n_epochs: events.length,
    n_channels: info.channels.length,
    n_times: epochs.samples,
    sfreq: info.sfreq,
    tmin: epochs.tmin,
    tmax: epochs.tmax,
    baseline: epochs.baseline,
    event_id: epochs.eventNames,
    events_first: events.slice(0, 6),
    ch_names_first: info.channels.slice(0, 6).map(({ name }) => name),
    bads: info.bads,
    highpass: info.highpass,
    lowpass: info.lowpass,
    n_projs: info.projections.length,
    ...(epochs.dropLog === null
      ? {}
      : { n_dropped: epochs.dropLog.filter((reasons) => reasons.length > 0).length }),
    ...(stats ? { first_samples: first, sum } : {}),
  };
}

async function describeProjections(file: FifFile): Promise<Record<string, unknown>> {
  const projections = await readProjections(file, file.root);
  return {
    kind: 'proj',
    n: projections.length,
    desc: projections.map(({ description }) => description),
    nrow: projections.map(({ rows }) => rows),
    ncol: projections.map(({ channels }) => channels.length),
    first: projections.map(({ data }) => [...data.subarray(0, 3)]),
  };
}

/** Covariances are stored as the lower triangle, row by row, or as the diagonal alone. */
async function describeCovariance(file: FifFile): Promise<Record<string, unknown>> {
  const [node] = findBlocks(file.root, block.covariance);
  const size = await readNumber(file, findTag(node, tag.covarianceSize));
  const triangle = await readNumbers(file, findTag(node, tag.covarianceMatrix));
  const diagonal = await readNumbers(file, findTag(node, tag.covarianceDiagonal));
  if (size === null || (triangle ?? diagonal)?.length !== (triangle ? (size * (size + 1)) / 2 : size)) {
    throw damagedFif(file.path, 'its covariance matrix is incomplete');
  }
  const full = new Float64Array(size * size);
  let at = 0;
  for (let row = 0; row < size; row++) {
    if (diagonal !== null && triangle === null) full[row * size + row] = diagonal[row];
    for (let column = 0; triangle !== null && column <= row; column++, at++) {
      full[row * size + column] = triangle[at];
      full[column * size + row] = triangle[at];
    }
  }
  const data = triangle === null && diagonal !== null ? diagonal : full;
  const { n_nonfinite, min, max, n_nonzero } = arrayStatistics(data);
  const sum = pairwiseSum(data);
  return {
    kind: 'cov',
    n: size,
    nfree: (await readNumber(file, findTag(node, tag.covarianceFreedom))) ?? -1,
    data: {
      shape: triangle === null ? [size] : [size, size],
      // A diagonal is given as it is stored, a whole matrix is made.
      dtype: triangle === null ? '>f8' : 'float64',
      n_nonfinite,
      sum,
      min,
      max,
      mean: sum / data.length,
      n_nonzero,
      first: [...data.subarray(0, 3)],
    },
    trace: Array.from({ length: size }, (_, index) => full[index * size + index]).reduce((a, b) => a + b, 0),
  };
}

async function describeSourceSpaces(file: FifFile): Promise<Record<string, unknown>> {
  const nodes = findBlocks(file.root, block.sourceSpace);
  const each = (kind: number): Promise<(number | null)[]> =>
    Promise.all(nodes.map((node) => readNumber(file, findTag(node, kind))));
  return {
    kind: 'src',
    n: nodes.length,
    np: await each(tag.sourceCount),
    nuse: await each(tag.sourcesUsed),
    // Volumes have no triangles, and no count of them.
    ntri: (await each(tag.triangleCount)).map((count) => count ?? 0),
  };
}

function findEverywhere(node: FifNode, kind: number): FifEntry | undefined {
  return (
    findTag(node, kind) ??
    node.children.map((child) => findEverywhere(child, kind)).find((entry) => entry !== undefined)
  );
}

async function describeTransform(file: FifFile): Promise<Record<string, unknown> | null> {
  const entry = findEverywhere(file.root, tag.coordinateTransform);
  const transform = entry && parseTransform(await file.bytes(entry));
  if (!transform) return null;
  return { kind: 'trans', frm: transform.from, to: transform.to, trans: transform.matrix };
}
