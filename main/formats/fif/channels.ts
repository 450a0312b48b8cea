import type { Channel, ChannelType } from '../meeg/recording.ts';
import { unitOf } from '../meeg/units.ts';
import { block, tag } from './constants.ts';
import { damagedFif, type FifFile, type FifNode, findBlocks, findTag, readText } from './tree.ts';

/** A channel with what only FIF knows of it. */
export interface FifChannel extends Channel {
  /** Stored values × `cal` × `range` are SI. */
  readonly range: number;
  readonly cal: number;
  readonly coilType: number;
  /** Name in 15 letters, as lists of channels elsewhere in the file have it. */
  readonly shortName: string;
}

/** Channel types by kind (mne/_fiff/pick.py). */
const typeByKind: Readonly<Record<number, ChannelType>> = {
  1: 'meg',
  2: 'eeg',
  3: 'stim',
  102: 'bio',
  202: 'eog',
  301: 'ref_meg',
  302: 'emg',
  402: 'ecg',
  502: 'misc',
  602: 'resp',
  802: 'seeg',
  803: 'dbs',
  900: 'syst',
  902: 'ecog',
  910: 'ias',
  920: 'exci',
  1000: 'dipole',
  1001: 'gof',
  1100: 'fnirs',
  1200: 'temperature',
  1300: 'gsr',
  1400: 'eyetrack',
};

const fnirsByCoil: Readonly<Record<number, ChannelType>> = {
  300: 'hbo',
  301: 'hbr',
  302: 'fnirs_cw_amplitude',
  303: 'fnirs_od',
  304: 'fnirs_fd_ac_amplitude',
  305: 'fnirs_fd_phase',
  306: 'fnirs_td_gated_amplitude',
  307: 'fnirs_td_moments_intensity',
  308: 'fnirs_td_moments_mean',
  309: 'fnirs_td_moments_variance',
};

/** What a channel measures, from kind, unit and coil (the coil's upper half is the compensation grade). */
export function channelType(kind: number, unit: number, coil: number): ChannelType {
  if (kind >= 700 && kind <= 709) return 'chpi';
  if (kind === 1) return unit === 201 ? 'grad' : 'mag';
  if (kind === 2) return coil === 6 ? 'csd' : 'eeg';
  if (kind === 1100) return fnirsByCoil[coil] ?? 'fnirs';
  if (kind === 1400) return coil === 401 ? 'pupil' : 'eyegaze';
  return typeByKind[kind] ?? 'misc';
}

/**
 * The channels of a block, in order. Names over 15 characters stand in blocks of their own.
 * @throws UserError `fif.damaged`
 */
export async function readChannels(file: FifFile, node: FifNode): Promise<FifChannel[]> {
  const channels: FifChannel[] = [];
  for (const entry of node.entries) {
    if (entry.kind !== tag.channelInfo) continue;
    const bytes = await file.bytes(entry);
    if (bytes.length < 96) throw damagedFif(file.path, 'the description of a channel is cut off');
    channels.push(parseChannel(bytes));
  }
  const extended = findBlocks(node, block.channelInfo);
  if (extended.length !== channels.length) return channels;
  return Promise.all(
    channels.map(async (channel, index) => ({
      ...channel,
      name: (await readText(file, findTag(extended[index], tag.channelName))) ?? channel.name,
    })),
  );
}

/** Names are UTF-8, or Latin-1 from older acquisition. */
function decodeName(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return text.includes('\ufffd') ? Buffer.from(bytes).toString('latin1') : text;
}

function parseChannel(bytes: Uint8Array): FifChannel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = view.getInt32(8);
  const coilType = view.getInt32(20);
  const unit = view.getInt32(72);
  const position = [24, 28, 32].map((at) => view.getFloat32(at));
  const [x, y, z] = position;
  const located = position.every(Number.isFinite) && position.some((value) => value !== 0);
  const name = bytes.subarray(80, 96);
  const end = name.indexOf(0);
  const shortName = decodeName(end < 0 ? name : name.subarray(0, end));
  return {
    name: shortName,
    shortName,
    type: channelType(kind, unit, coilType & 0xffff),
    unit: unitOf(unit),
    position: located ? [x, y, z] : null,
    range: view.getFloat32(12),
    cal: view.getFloat32(16),
    coilType,
  };
}
