import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { RandomAccess } from '../source.ts';

/** Where one kind of information lies: so many entries of a size. */
export interface KitDirectory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** Entries of the directory by what they hold (mne/io/kit/constants.py). */
export const directory = {
  system: 1,
  channels: 4,
  calibration: 5,
  amplifier: 7,
  acquisition: 8,
  samples: 9,
  coregistration: 12,
  digitised: 26,
} as const;

/** Kinds of channels. */
export const kitChannel = {
  null: 0,
  magnetometer: 1,
  axialGradiometer: 2,
  magnetometerReference: 0x101,
  trigger: -1,
  eeg: -2,
  ecg: -3,
  etc: -4,
} as const;

const gains = [1, 2, 5, 10, 20, 50, 100, 200];
const highpasses: Readonly<Record<number, readonly number[]>> = {
  1: [0, 1, 3, 3],
  2: [0, 0.03, 0.1, 0.3, 1, 3, 10, 30],
  3: [0, 0.03, 0.1, 0.3, 1, 3, 10, 30],
  4: [0, 1, 3, 10, 30, 100, 200, 500],
};
const lowpasses: Readonly<Record<number, readonly number[]>> = {
  1: [10, 20, 50, 100, 200, 500, 1000, 2000],
  2: [10, 20, 50, 100, 200, 500, 1000, 2000],
  3: [10, 20, 50, 100, 200, 500, 1000, 10_000],
  4: [10, 30, 100, 300, 1000, 2000, 5000, 10_000],
};
/** Tables of high-pass and low-pass by type of flux-locked loop. */
const loopSettings: Readonly<Record<number, readonly [number, number]>> = {
  0: [1, 1],
  10: [1, 1],
  20: [1, 1],
  50: [2, 1],
  60: [2, 1],
  100: [3, 3],
  101: [1, 3],
  120: [3, 3],
  200: [4, 4],
  300: [2, 2],
};

/** What the first parts of a file say. */
export interface KitHeader {
  readonly directories: readonly KitDirectory[];
  readonly systemId: number;
  readonly channelCount: number;
  /** Unix seconds. */
  readonly createdAt: number;
  /** Type of flux-locked loop as stored, and the known one that stands in for it. */
  readonly loop: number;
  readonly assumedLoop: number;
  readonly adcRange: number;
  /** Bits of a stored sample, and bits that count. */
  readonly adcAllocated: number;
  readonly adcStored: number;
  readonly amplifierGain: number;
  readonly highpass: number;
  readonly lowpass: number;
  /** 1 continuous, 2 average, 3 epochs. */
  readonly acquisition: number;
  readonly sfreq: number;
  readonly sampleCount: number;
  readonly epochs: number;
}

/** @returns the refusal of a file that contradicts itself; `what` names the place */
export function damagedKit(path: string, what: string): UserError {
  const file = basename(path);
  return new UserError('kit.damaged', `${file} is a damaged KIT file: ${what}. Copy it again.`, {
    file,
    what,
  });
}

/** Whether these first bytes are a KIT directory: entries of 16 bytes that begin with the directory itself. */
export function looksKit(head: Uint8Array): boolean {
  if (head.length < 64) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [offset, size, most, count] = [0, 4, 8, 12].map((at) => view.getInt32(at, true));
  const systemOffset = view.getInt32(16, true);
  return (
    offset === 0 && size === 16 && count > 9 && count <= 64 && most >= count && systemOffset === 16 * count
  );
}

/** Reads the directory, system, amplifier and acquisition parts. @throws UserError `kit.damaged`, `kit.version` */
export async function readKitHeader(source: RandomAccess): Promise<KitHeader> {
  const first = await view(source, 0, 16);
  const count = first.getInt32(12, true);
  const table = await view(source, 0, 16 * count);
  const directories = Array.from({ length: count }, (_, index) => ({
    offset: table.getUint32(16 * index, true),
    size: table.getInt32(16 * index + 4, true),
    count: table.getInt32(16 * index + 12, true),
  }));
  if (directories.length <= directory.acquisition) throw damagedKit(source.path, 'its directory is cut off');

  const system = await view(source, directories[directory.system].offset, 748);
  const [version, revision] = [system.getInt32(0, true), system.getInt32(4, true)];
  if (version < 2 || (version === 2 && revision < 3)) throw oldVersion(source.path, version, revision);
  // ids (12), names (256), channel count (4), comment (256), times (8), 12 reserved; then groups of four integers.
  const at = 12 + 128 + 128;
  const loop = system.getInt32(at + 4 + 256 + 8 + 12 + 16, true);
  const adcAt = at + 4 + 256 + 8 + 12 + 16 * 3 + 4 + 29 * 4;
  const integerRange = version === 2 && revision === 3;
  const adcRange = integerRange ? system.getInt32(adcAt, true) : system.getFloat64(adcAt, true);
  const rest = adcAt + (integerRange ? 4 : 8);
  const assumedLoop = knownLoop(loop);

  const amplifier = (await view(source, directories[directory.amplifier].offset, 4)).getInt32(0, true);
  const settings = amplifierSettings(amplifier, assumedLoop);
  const acquisition = await view(source, directories[directory.acquisition].offset, 32);
  const mode = acquisition.getInt32(0, true);
  const epochs = mode === 1 ? 1 : mode === 2 ? 1 : acquisition.getInt32(24, true);
  const sampleCount =
    mode === 1 ? acquisition.getInt32(16, true) : acquisition.getInt32(12, true) * Math.max(1, epochs);
  const header: KitHeader = {
    directories,
    systemId: system.getInt32(8, true),
    channelCount: system.getInt32(at, true),
    createdAt: system.getInt32(at + 4 + 256, true),
    loop,
    assumedLoop,
    adcRange,
    adcAllocated: system.getInt32(rest + 4, true),
    adcStored: system.getInt32(rest + 8, true),
    ...settings,
    acquisition: mode,
    sfreq: acquisition.getFloat64(4, true),
    sampleCount,
    epochs,
  };
  checkHeader(source.path, header);
  return header;
}

function checkHeader(path: string, { channelCount, sfreq, adcAllocated, acquisition }: KitHeader): void {
  if (!(channelCount > 0 && channelCount < 10_000))
    throw damagedKit(path, `it announces ${channelCount} channels`);
  if (!(sfreq > 0 && Number.isFinite(sfreq))) throw damagedKit(path, `its sampling rate is ${sfreq}`);
  if (adcAllocated !== 16 && adcAllocated !== 32)
    throw damagedKit(path, `its samples have ${adcAllocated} bits`);
  if (acquisition < 1 || acquisition > 3) throw damagedKit(path, `its kind of acquisition is ${acquisition}`);
}

function oldVersion(path: string, version: number, revision: number): UserError {
  const file = basename(path);
  const name = `V${version}R${String(revision).padStart(3, '0')}`;
  return new UserError(
    'kit.version',
    `${file} is of the old KIT version ${name}, whose gains are not known: save it again with MEG Laboratory.`,
    { file, version: name },
  );
}

function knownLoop(loop: number): number {
  if (loopSettings[loop] !== undefined) return loop;
  const known = Object.keys(loopSettings).map(Number);
  return known.filter((one) => one < loop).at(-1) ?? known[known.length - 1];
}

function amplifierSettings(
  bits: number,
  loop: number,
): { amplifierGain: number; highpass: number; lowpass: number } {
  const [highTable, lowTable] = loopSettings[loop];
  const kapper = loop >= 100;
  const amplifierGain = kapper
    ? gains[(bits >> 12) & 7] * gains[(bits >> 28) & 7] * gains[(bits >> 24) & 7]
    : gains[(bits >> 11) & 3] * gains[bits & 7];
  const high = kapper ? (bits >> 8) & 7 : (bits & 0x70) >> 4;
  const low = kapper ? (bits >> 16) & 7 : (bits >> 8) & 7;
  return { amplifierGain, highpass: highpasses[highTable][high] ?? 0, lowpass: lowpasses[lowTable][low] };
}

/** So many bytes of a file as a view. @throws UserError `kit.damaged` where it ends before */
export async function view(source: RandomAccess, offset: number, length: number): Promise<DataView> {
  const bytes = await source.read(offset, length);
  if (bytes.length < length) throw damagedKit(source.path, `it ends before byte ${offset + length}`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
