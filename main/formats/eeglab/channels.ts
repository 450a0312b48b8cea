import type { MatValue } from '../mat/types.ts';
import type { Channel } from '../meeg/recording.ts';
import { type Unit, units } from '../meeg/units.ts';
import { recordsOf, scalarOf, textOf } from './fields.ts';

/** Types that EEG.chanlocs.type may name; anything else is EEG. */
const knownTypes = new Set(
  'eeg stim eog ecg emg misc resp seeg ecog dbs bio ref_meg chpi exci ias syst dipole gof gsr temperature csd'.split(
    ' ',
  ),
);

/** Units of types that are no volts, as mne.create_info gives them. */
const unitsByType = new Map<string, Unit>([
  ...'misc chpi exci ias syst dipole gof'.split(' ').map((type): [string, Unit] => [type, units.none]),
  ['csd', units.voltPerArea],
  ['temperature', units.celsius],
  ['gsr', units.siemens],
  ['ref_meg', units.tesla],
]);

/** Types whose places MNE keeps as digitised points. */
const electrodes = new Set(['eeg', 'seeg', 'ecog', 'dbs']);

/**
 * Channels by EEG.chanlocs. EEGLAB's X points to the nose and Y to the left; heads have x to the right and y to the
 * nose. Lengths have no unit of their own: that of a head of usual size is taken.
 */
export function channelsOf(
  chanlocs: MatValue | null,
  count: number,
): { channels: Channel[]; digitisedPoints: number } {
  const places = recordsOf(chanlocs);
  if (places.length === 0) {
    return {
      channels: Array.from({ length: count }, (_, index) => ({
        name: `EEG ${String(index).padStart(3, '0')}`,
        type: 'eeg',
        unit: units.volt,
        position: null,
      })),
      digitisedPoints: 0,
    };
  }
  const raw = places.map((place): [number, number, number] | null => {
    const [x, y, z] = [scalarOf(place.X), scalarOf(place.Y), scalarOf(place.Z)];
    return x === null || y === null || z === null || Number.isNaN(x + y + z) ? null : [-y, x, z];
  });
  const scale = scaleToMetres(
    raw.flatMap((position) => (position === null ? [] : [Math.hypot(...position)])),
  );
  const channels = places.slice(0, count).map((place, index): Channel => {
    const written = textOf(place.type)?.trim().toLowerCase() ?? '';
    const type = knownTypes.has(written) ? written : 'eeg';
    const position = raw[index];
    return {
      name: textOf(place.labels) ?? `EEG ${String(index).padStart(3, '0')}`,
      type,
      unit: unitsByType.get(type) ?? units.volt,
      position: position === null ? null : [position[0] * scale, position[1] * scale, position[2] * scale],
    };
  });
  return { channels, digitisedPoints: digitised(places[0], channels, raw) };
}

/** Electrodes, with a place or without, and the three fiducials that MNE adds where there is any place. */
function digitised(first: object, channels: readonly Channel[], places: readonly unknown[]): number {
  if (!['X', 'Y', 'Z'].every((axis) => axis in first)) return 0;
  const found = channels.filter(({ type }) => electrodes.has(type)).length;
  return places.some((place) => place !== null) ? found + 3 : found;
}

/** Factor to metres by the mean distance from the centre: metres, decimetres, centimetres or millimetres. */
function scaleToMetres(radii: readonly number[]): number {
  const mean = radii.reduce((sum, radius) => sum + radius, 0) / Math.max(1, radii.length);
  if (mean < 0.25) return 1;
  if (mean < 2.5) return 0.1;
  return mean < 25 ? 0.01 : 0.001;
}
