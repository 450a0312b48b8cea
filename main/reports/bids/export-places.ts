import type { MeegDetails, MeegDigitised } from '../../contract/meeg-import.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import { bidsPath, cell, writeJson, writeText } from './bids-file.ts';

const landmarks = { nasion: 'NAS', left: 'LPA', right: 'RPA' } as const;

/** Our head coordinates are Neuromag's: x through both ears to the right, y through the nasion, metres. */
const headSystem = (of: string) => ({
  [`${of}CoordinateSystem`]: 'ElektaNeuromag',
  [`${of}CoordinateUnits`]: 'm',
});

/**
 * Writes where sensors and head were: electrodes that have a place, landmarks, coils, the shape of the head as digitised
 * (a `.pos` file), and the systems that places are in. MEG always has one, EEG where electrodes do.
 */
export async function exportPlaces(
  { channels, digitised }: MeegDetails,
  root: string,
  { sub, ses }: Readonly<Record<string, string>>,
  datatype: 'meg' | 'eeg',
): Promise<void> {
  const electrodes = channels.filter(({ type }) => datatype === 'eeg' || type === 'eeg');
  const placed = electrodes.some(({ position }) => position !== null);
  if (datatype === 'eeg' && !placed) return;
  const entities = { sub, ...(ses === undefined ? {} : { ses }) };
  if (placed)
    await writeText(
      bidsPath(root, datatype, entities, 'electrodes', '.tsv'),
      formatTsv(
        ['name', 'x', 'y', 'z'],
        electrodes.map(({ name, position }) => [name, ...(position ?? [null, null, null]).map(cell)]),
      ),
    );
  const system = (of: 'MEG' | 'EEG') => ({
    [`${of}CoordinateSystem`]: 'Other',
    [`${of}CoordinateUnits`]: 'm',
    [`${of}CoordinateSystemDescription`]: 'x to the right, y to the nose, z upward, as in the recording.',
  });
  await writeJson(bidsPath(root, datatype, entities, 'coordsystem', '.json'), {
    ...(datatype === 'meg' ? system('MEG') : {}),
    ...(placed ? system('EEG') : {}),
    ...(digitised === null ? {} : await exportHead(digitised, root, entities, datatype)),
  });
}

/** Landmarks, coils and shape as coordsystem.json names them; the shape's file exists for MEG alone. */
async function exportHead(
  { fiducials, coils, shape }: MeegDigitised,
  root: string,
  entities: Readonly<Record<string, string>>,
  datatype: 'meg' | 'eeg',
): Promise<Record<string, unknown>> {
  const withShape = datatype === 'meg' && shape.length > 0;
  const path = bidsPath(root, datatype, entities, 'headshape', '.pos');
  if (withShape) await writeText(path, headshape({ fiducials, shape }));
  return {
    ...(fiducials.length === 0
      ? {}
      : {
          AnatomicalLandmarkCoordinates: Object.fromEntries(
            fiducials.map(({ name, place }) => [landmarks[name], place]),
          ),
          ...headSystem('AnatomicalLandmark'),
        }),
    ...(datatype === 'meg' && coils.length > 0
      ? {
          HeadCoilCoordinates: Object.fromEntries(coils.map((place, at) => [`coil${at + 1}`, place])),
          ...headSystem('HeadCoil'),
        }
      : {}),
    ...(withShape
      ? { DigitizedHeadPoints: path.split(/[\\/]/).at(-1), ...headSystem('DigitizedHeadPoints') }
      : {}),
  };
}

/** A Polhemus .pos file: the number of points, then name, x, y and z in centimetres. */
function headshape({ fiducials, shape }: Pick<MeegDigitised, 'fiducials' | 'shape'>): string {
  const line = (name: string | number, place: readonly number[]) =>
    `${name} ${place.map((value) => (100 * value).toFixed(4)).join(' ')}`;
  return `${[
    shape.length,
    ...shape.map((place, at) => line(at + 1, place)),
    ...fiducials.map(({ name, place }) => line(name, place)),
  ].join('\n')}\n`;
}
