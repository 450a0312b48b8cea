import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type NpyArray, parseNpy } from '../npy/npy.ts';
import { readNpz } from '../npy/npz.ts';
import { fileSize } from '../source.ts';
import { findCorruptFrames } from './corrupt-frames.ts';
import { type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize } from './refusals.ts';
import { maskOf } from './text-recording.ts';

/**
 * Opens frames from a .npy file (rows × columns, or frames × rows × columns), or from the largest such array of a
 * .npz file. NaN marks cells that do not exist.
 * @param name array of a .npz file; the largest of two or three dimensions where not given
 * @throws UserError `npy.*`, `npz.*`, `pressure.no-frames-array`
 */
export async function openArrayFrames(path: string, name?: string): Promise<PressureRecording> {
  await fileSize(path);
  const array = /\.npz$/i.test(path)
    ? await pick(path, name)
    : parseNpy(await readFile(path), basename(path));
  return arrayRecording(path, array);
}

async function pick(path: string, name: string | undefined): Promise<NpyArray> {
  const arrays = await readNpz(path);
  const fitting = [...arrays].filter(
    ([key, { shape }]) => (name === undefined || key === name) && [2, 3].includes(shape.length),
  );
  fitting.sort(([, a], [, b]) => b.data.length - a.data.length);
  if (fitting.length === 0) throw noFrames(path, [...arrays.keys()].join(', '));
  return fitting[0][1];
}

async function arrayRecording(path: string, { shape, data }: NpyArray): Promise<PressureRecording> {
  if (shape.length !== 2 && shape.length !== 3) throw noFrames(path, shape.join(' × '));
  const [frameCount, rows, cols] = shape.length === 2 ? [1, shape[0], shape[1]] : shape;
  if (frameCount === 0) throw noFrames(path, shape.join(' × '));
  checkFrameSize(path, rows, cols);
  const cells = rows * cols;
  const frame = async (index: number): Promise<Float32Array> =>
    Float32Array.from({ length: cells }, (_, at) => Number(data[index * cells + at]));
  return {
    format: 'array',
    path,
    rows,
    cols,
    frameCount,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: 'unknown',
    rate: null,
    times: null,
    mask: maskOf(await frame(0)),
    saturation: null,
    parts: [wholePart('mat', rows, cols)],
    corruptFrames: await findCorruptFrames(frameCount, frame),
    header: {},
    notices: [],
    frame,
    close: async () => {},
  };
}

function noFrames(path: string, found: string): UserError {
  const file = basename(path);
  return new UserError(
    'pressure.no-frames-array',
    `${file} has no array of rows × columns or frames × rows × columns (found: ${found}).`,
    { file, found },
  );
}
