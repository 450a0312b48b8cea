import {
  type Annotation,
  type DigitisedPoints,
  dateText,
  type Fiducial,
  type Transform,
} from '../meeg/recording.ts';
import { inverseRigid } from '../meeg/rigid.ts';
import { type FifChannel, readChannels } from './channels.ts';
import { block, frame, tag } from './constants.ts';
import {
  damagedFif,
  type FifEntry,
  type FifFile,
  type FifNode,
  findBlocks,
  findTag,
  readMatrix,
  readNames,
  readNumber,
  readNumbers,
  readText,
} from './tree.ts';

/** What a file says of its measurement. */
export interface FifInfo {
  readonly channels: readonly FifChannel[];
  readonly sfreq: number;
  readonly highpass: number;
  readonly lowpass: number;
  readonly lineFrequency: number | null;
  readonly measuredAt: string | null;
  /** Seconds of Unix time; null where the file has none. */
  readonly measuredSeconds: number | null;
  readonly bads: readonly string[];
  readonly projections: readonly Projection[];
  readonly compensationCount: number;
  readonly digitisedPoints: number;
  readonly fiducials: readonly Fiducial[];
  readonly digitised: DigitisedPoints;
  readonly deviceToHead: Transform | null;
  readonly processingSteps: number;
  readonly experimenter: string | null;
}

/** A signal-space projection: rows of `data` are vectors over `channels`. */
export interface Projection {
  readonly description: string;
  readonly active: boolean;
  readonly channels: readonly string[];
  readonly rows: number;
  readonly data: Float64Array;
}

/** Reads the one MEAS_INFO block of a file. @throws UserError `fif.damaged` */
export async function readInfo(file: FifFile): Promise<FifInfo> {
  const [node] = findBlocks(file.root, block.info);
  if (node === undefined) throw damagedFif(file.path, 'it has no measurement information');
  const number = (kind: number): Promise<number | null> => readNumber(file, findTag(node, kind));
  const sfreq = await number(tag.sfreq);
  if (sfreq === null || !(sfreq > 0)) throw damagedFif(file.path, 'it has no sampling frequency');
  const channels = await readChannels(file, node);
  const count = await number(tag.channelCount);
  if (channels.length === 0 || (count !== null && count !== channels.length)) {
    throw damagedFif(file.path, `it announces ${count} channels and describes ${channels.length}`);
  }
  const date = (await readDate(file, findTag(node, tag.date))) ?? (await readIdDate(file, node));
  const longNames = new Map(channels.map(({ name, shortName }) => [shortName, name]));
  const inFull = (name: string): string => longNames.get(name) ?? name;
  const names = new Set(channels.map(({ name }) => name));
  const bads = (await readBads(file, node)).map(inFull);
  const projections = await readProjections(file, node);
  const finite = (value: number | null, otherwise: number): number =>
    value !== null && Number.isFinite(value) ? value : otherwise;
  return {
    channels,
    sfreq,
    highpass: finite(await number(tag.highpass), 0),
    lowpass: finite(await number(tag.lowpass), sfreq / 2),
    lineFrequency: await number(tag.lineFrequency),
    measuredAt: date === null ? null : dateText(date.seconds, date.microseconds),
    measuredSeconds: date === null ? null : date.seconds + date.microseconds * 1e-6,
    bads: bads.filter((name) => names.has(name)),
    projections: projections.map((one) => ({ ...one, channels: one.channels.map(inFull) })),
    compensationCount: findBlocks(node, block.compensation).length,
    digitisedPoints: countDigitised(node),
    ...(await readDigitised(file, node)),
    deviceToHead: await readDeviceToHead(file, node),
    processingSteps: findBlocks(file.root, block.processingRecord).length,
    experimenter: await readText(file, findTag(node, tag.experimenter)),
  };
}

/** Names of bad channels as the file lists them. */
async function readBads(file: FifFile, node: FifNode): Promise<string[]> {
  const blocks = findBlocks(node, block.badChannels);
  return readNames(
    file,
    blocks.length > 0 ? findTag(blocks[blocks.length - 1], tag.channelNames) : undefined,
  );
}

async function readDate(
  file: FifFile,
  entry: FifEntry | undefined,
): Promise<{ seconds: number; microseconds: number } | null> {
  const values = await readNumbers(file, entry);
  if (values === null || values.length === 0) return null;
  const [seconds, microseconds = 0] = values;
  return isNoDate(seconds, microseconds) ? null : { seconds, microseconds };
}

/** What anonymised files have in place of a date. */
function isNoDate(seconds: number, microseconds: number): boolean {
  return seconds === -2147483648 || (seconds === 0 && microseconds === 2147483647);
}

/** The time in the identifiers of the measurement, for files that have no date of their own. */
async function readIdDate(
  file: FifFile,
  node: FifNode,
): Promise<{ seconds: number; microseconds: number } | null> {
  const [measurement] = findBlocks(file.root, block.measurement);
  const entry =
    findTag(node, tag.parentId) ??
    findTag(node, tag.blockId) ??
    (measurement && (findTag(measurement, tag.blockId) ?? findTag(measurement, tag.parentId))) ??
    findTag(file.root, tag.fileId);
  const bytes = entry && (await file.bytes(entry));
  if (!bytes || bytes.length < 20) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [seconds, microseconds] = [view.getInt32(12), view.getInt32(16)];
  return isNoDate(seconds, microseconds) ? null : { seconds, microseconds };
}

/** Projections of the first PROJ block under a node. @throws UserError `fif.damaged` */
export async function readProjections(file: FifFile, node: FifNode): Promise<Projection[]> {
  const [list] = findBlocks(node, block.projection);
  if (list === undefined) return [];
  const projections: Projection[] = [];
  for (const item of findBlocks(list, block.projectionItem)) {
    const channels = await readNames(file, findTag(item, tag.projectionChannels));
    const matrix = await readMatrix(file, findTag(item, tag.projectionVectors));
    const description =
      (await readText(file, findTag(item, tag.description))) ??
      (await readText(file, findTag(item, tag.name)));
    const rows = matrix === null ? 0 : matrix.data.length / Math.max(1, channels.length);
    if (matrix === null || description === null || !Number.isInteger(rows)) {
      throw damagedFif(file.path, 'a projection is incomplete');
    }
    projections.push({
      description,
      active: ((await readNumber(file, findTag(item, tag.projectionActive))) ?? 0) !== 0,
      channels,
      rows,
      data: matrix.data,
    });
  }
  return projections;
}

function countDigitised(node: FifNode): number {
  const blocks = findBlocks(node, block.isotrak);
  if (blocks.length !== 1) return 0;
  let count = 0;
  for (const entry of blocks[0].entries) {
    if (entry.kind === tag.digPoint) count += 1;
    // kind, ident, number of points, points
    else if (entry.kind === tag.digString) count += Math.floor((entry.size - 12) / 12);
  }
  return count;
}

/**
 * Points of the digitiser by kind: 1 cardinal (ident 1 left, 2 nasion, 3 right), 2 coils, 4 the shape of the head; those
 * of electrodes stand with their channels (fiff-file standard, FIFFV_POINT_*).
 */
async function readDigitised(
  file: FifFile,
  node: FifNode,
): Promise<{ fiducials: Fiducial[]; digitised: DigitisedPoints }> {
  const [points] = findBlocks(node, block.isotrak);
  const fiducials: Fiducial[] = [];
  const [coils, shape]: (readonly [number, number, number])[][] = [[], []];
  for (const entry of points?.entries ?? []) {
    if (entry.kind !== tag.digPoint || entry.size < 20) continue;
    const bytes = await file.bytes(entry);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const place = [view.getFloat32(8), view.getFloat32(12), view.getFloat32(16)] as const;
    const kind = view.getInt32(0);
    const name = (['left', 'nasion', 'right'] as const)[view.getInt32(4) - 1];
    if (kind === 1 && name !== undefined) fiducials.push({ name, place });
    else if (kind === 2) coils.push(place);
    else if (kind === 4) shape.push(place);
  }
  return { fiducials, digitised: { coils, shape } };
}

/** The transform from device to head coordinates; the latest wins, those of the HPI fit only stand in. */
async function readDeviceToHead(file: FifFile, node: FifNode): Promise<Transform | null> {
  const fits = findBlocks(node, block.hpiResult);
  const places = [node, ...(fits.length === 1 ? fits : [])];
  for (const place of places) {
    let found: Transform | null = null;
    for (const entry of place.entries) {
      if (entry.kind !== tag.coordinateTransform) continue;
      const transform = parseTransform(await file.bytes(entry));
      if (transform?.from === frame.device && transform.to === frame.head) found = transform.matrix;
      // BabyMEG stores it the other way round.
      if (transform?.from === frame.head && transform.to === frame.device)
        found = inverseRigid(transform.matrix);
    }
    if (found !== null) return found;
  }
  return null;
}

/** A coordinate transform with its frames; null where the bytes are too few. */
export function parseTransform(bytes: Uint8Array): { from: number; to: number; matrix: number[][] } | null {
  if (bytes.length < 56) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = (index: number): number => view.getFloat32(8 + 4 * index);
  const matrix = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => value(3 * row + column)).concat(value(9 + row)),
  );
  return { from: view.getInt32(0), to: view.getInt32(4), matrix: [...matrix, [0, 0, 0, 1]] };
}

/** Annotations as stored, with the time that their onsets count from. */
export interface FifAnnotations {
  readonly list: readonly Annotation[];
  /** Unix seconds; null means the first sample (or the recording's date, if it has one). */
  readonly origin: number | null;
}

/** Reads the annotations of a file. @throws UserError `fif.damaged` */
export async function readAnnotations(file: FifFile): Promise<FifAnnotations | null> {
  const [node] = findBlocks(file.root, block.annotations);
  if (node === undefined) return null;
  const onsets = (await readNumbers(file, findTag(node, tag.baselineStart))) ?? new Float64Array(0);
  const ends = (await readNumbers(file, findTag(node, tag.baselineEnd))) ?? new Float64Array(0);
  const texts = await readNames(file, findTag(node, tag.comment));
  const date = await readNumbers(file, findTag(node, tag.date));
  if (onsets.length !== ends.length || onsets.length !== texts.length) {
    throw damagedFif(file.path, 'its annotations are incomplete');
  }
  return {
    list: texts.map((description, index) => ({
      onset: onsets[index],
      duration: ends[index] - onsets[index],
      description,
    })),
    origin: date === null || date.length === 0 ? null : date[0] + (date[1] ?? 0) * 1e-6,
  };
}
