import type { Channel, ChannelType } from '../meeg/recording.ts';
import { units } from '../meeg/units.ts';
import type { RandomAccess } from '../source.ts';
import { damagedKit, directory, type KitHeader, kitChannel, view } from './header.ts';

/** A channel, and the factor from stored values to SI. */
export interface KitChannel {
  readonly channel: Channel;
  readonly scale: number;
}

const labels: Readonly<Record<number, string>> = {
  [kitChannel.trigger]: 'TRIGGER',
  [kitChannel.eeg]: 'EEG',
  [kitChannel.ecg]: 'ECG',
  [kitChannel.etc]: 'MISC',
  [kitChannel.null]: 'MISC',
};
const types: Readonly<Record<number, ChannelType>> = {
  [kitChannel.magnetometer]: 'mag',
  [kitChannel.axialGradiometer]: 'mag',
  [kitChannel.magnetometerReference]: 'ref_meg',
  [kitChannel.eeg]: 'eeg',
  [kitChannel.ecg]: 'ecg',
};
const nameBytes: Readonly<Record<number, number>> = {
  [kitChannel.magnetometer]: 6,
  [kitChannel.axialGradiometer]: 6,
  [kitChannel.trigger]: 32,
  [kitChannel.eeg]: 8,
  [kitChannel.ecg]: 32,
  [kitChannel.etc]: 32,
};
/** System 52 marked its reference channels as unused. */
const MISMARKED_SYSTEM = 52;

/** Reads channels with their gains, after mne/io/kit/kit.py. @throws UserError `kit.damaged` */
export async function readKitChannels(source: RandomAccess, header: KitHeader): Promise<KitChannel[]> {
  const { offset, size } = header.directories[directory.channels];
  const { channelCount, adcRange, adcStored, amplifierGain, systemId } = header;
  if (!(size >= 4 && size <= 65_536))
    throw damagedKit(source.path, `its channels are described in ${size} bytes each`);
  const table = await view(source, offset, size * channelCount);
  const gainTable = await view(source, header.directories[directory.calibration].offset, 16 * channelCount);
  const voltsPerStep = adcRange / 2 ** adcStored;
  const counts = new Map<string, number>();
  return Array.from({ length: channelCount }, (_, index): KitChannel => {
    const at = size * index;
    const stored = table.getInt32(at, true);
    const kind =
      systemId === MISMARKED_SYSTEM && index < 160 && stored === kitChannel.null
        ? kitChannel.magnetometerReference
        : stored;
    const isMeg = kind > 0;
    if (isMeg ? types[kind] === undefined : labels[kind] === undefined) {
      throw damagedKit(source.path, `channel ${index + 1} is of the unknown kind ${kind}`);
    }
    const own = readName(table, at, kind, size);
    if (isMeg) {
      const gain = gainTable.getFloat64(16 * index + 8, true);
      return {
        channel: {
          name: own || `MEG ${String(index + 1).padStart(3, '0')}`,
          type: types[kind],
          unit: units.tesla,
          position: positionOf(table, at),
        },
        scale: (voltsPerStep / amplifierGain) * gain,
      };
    }
    const label = labels[kind];
    const number = (counts.get(label) ?? 0) + 1;
    counts.set(label, number);
    const isBody = kind === kitChannel.eeg || kind === kitChannel.ecg;
    const bodyGain = isBody ? bodyGainOf(table, at, kind) / 2 ** (adcStored - 14) : 0;
    return {
      channel: {
        name: own === '' || own === 'EEG' ? `${label} ${String(number).padStart(3, '0')}` : own,
        type: types[kind] ?? 'misc',
        unit: units.volt,
        position: null,
      },
      scale: bodyGain === 0 ? voltsPerStep : bodyGain,
    };
  });
}

/** Names stand behind kind and place (and 16 bytes more) for MEG, behind kind, number and 4 bytes for others. */
function readName(table: DataView, at: number, kind: number, size: number): string {
  const length = nameBytes[kind];
  const start = kind > 0 ? 4 + 40 + 16 : 12;
  if (length === undefined || start + length > size) return '';
  const bytes = new Uint8Array(table.buffer, table.byteOffset + at + start, length);
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function bodyGainOf(table: DataView, at: number, kind: number): number {
  const start = kind === kitChannel.eeg ? 12 + 8 + 6 : 12 + 32 + 8;
  return at + start + 8 <= table.byteLength ? table.getFloat64(at + start, true) : 0;
}

/** Stored with x to the nose and y to the left, as Polhemus has it; heads have x to the right and y to the nose. */
function positionOf(table: DataView, at: number): [number, number, number] {
  const [x, y, z] = [4, 12, 20].map((offset) => table.getFloat64(at + offset, true));
  return [-y, x, z];
}
