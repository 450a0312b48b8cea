import { access, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readNpy } from '../npy/npy.ts';
import { fullMask, type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

/** Blankets of the SLP dataset, in the order of PMcali's rows. */
const covers = ['uncover', 'cover1', 'cover2'] as const;
export type SlpCover = (typeof covers)[number];

/** Whether a folder is one subject of the SLP dataset. */
export async function isSlpFolder(path: string): Promise<boolean> {
  return access(join(path, 'PMarray')).then(
    () => true,
    () => false,
  );
}

/**
 * Opens the pressure frames of one subject of the Simultaneously-collected Lying Pose dataset: one .npy (uint8,
 * 192 × 84) per posture under `PMarray/<cover>`, made kPa by the factors of PMcali.npy (3 covers × 45 postures) where
 * that file is there. Frames are postures, not time: 1 to 15 supine, 16 to 30 on the left, 31 to 45 on the right side.
 * @param cover blanket; the first that is there where not given
 * @throws UserError `npy.*`, `pressure.damaged`, `pressure.no-frames`
 */
export async function openSlpFolder(path: string, cover?: SlpCover): Promise<PressureRecording> {
  const present: string[] = await readdir(join(path, 'PMarray')).catch(() => []);
  const chosen = cover ?? covers.find((name) => present.includes(name));
  const names =
    chosen === undefined
      ? []
      : (await readdir(join(path, 'PMarray', chosen)).catch(() => []))
          .filter((name) => /^\d+\.npy$/.test(name))
          .sort();
  if (chosen === undefined || names.length === 0) {
    const folder = basename(path);
    throw new UserError(
      'pressure.no-frames',
      `${folder} has no pressure frames under PMarray/${chosen ?? 'uncover'}: fetch the dataset's PMarray folder.`,
      { folder },
    );
  }
  const raw = async (index: number) => readNpy(join(path, 'PMarray', chosen, names[index]));
  const { shape } = await raw(0);
  if (shape.length !== 2) throw damagedPressure(path, `${names[0]} is not a matrix`);
  const [rows, cols] = shape;
  checkFrameSize(path, rows, cols);
  const factors = await calibration(path, covers.indexOf(chosen));
  return {
    format: 'slp',
    path,
    rows,
    cols,
    frameCount: names.length,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: factors === null ? 'raw' : 'kPa',
    rate: null,
    times: null,
    mask: fullMask(rows * cols),
    saturation: null,
    parts: [wholePart(chosen, rows, cols)],
    corruptFrames: [],
    header: { cover: chosen, subject: basename(path) },
    notices: [],
    async frame(index) {
      const { shape: own, data } = await raw(index);
      if (own[0] !== rows || own[1] !== cols)
        throw damagedPressure(path, `${names[index]} has another size than ${names[0]}`);
      const factor = factors?.[Number.parseInt(names[index], 10) - 1] ?? 1;
      return Float32Array.from({ length: rows * cols }, (_, at) => Number(data[at]) * factor);
    },
    close: async () => {},
  };
}

async function calibration(path: string, row: number): Promise<number[] | null> {
  const file = join(path, 'PMcali.npy');
  const present = await access(file).then(
    () => true,
    () => false,
  );
  if (!present) return null;
  const { shape, data } = await readNpy(file);
  if (shape.length !== 2 || shape[0] !== covers.length)
    throw damagedPressure(path, 'PMcali.npy is not 3 × postures');
  return Array.from(data.slice(row * shape[1], (row + 1) * shape[1]), Number);
}
