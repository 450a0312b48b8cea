import { basename } from 'node:path';
import { datatypeOf } from '../nifti/datatypes.ts';
import type { NiftiImage, NiftiVolume, SurfaceLayout, VolumeOptions } from '../nifti/types.ts';
import { streamBytes } from '../source.ts';

/** Rows of values, one a time point; each is its own until the next is asked for. */
export type Rows = AsyncGenerator<Float32Array>;

export interface RowsFacts {
  readonly path: string;
  /** Time points, and places of each. */
  readonly times: number;
  readonly count: number;
  readonly rows: (start: number, stop: number) => Rows;
  readonly repetitionTime: number | null;
  readonly surface: SurfaceLayout;
  readonly partner?: string;
}

const FLOAT32 = 16;

/** Rows as an image whose grid is places × 1 × 1, so that whatever takes volumes takes them. */
export function rowsImage(facts: RowsFacts): NiftiImage {
  const { path, times, count, rows, repetitionTime } = facts;
  const shape = [count, 1, 1, times];

  async function* each(options: VolumeOptions): AsyncGenerator<{ index: number; row: Float32Array }> {
    const start = options.start ?? 0;
    let index = start;
    for await (const row of rows(start, Math.min(times, start + (options.count ?? times)))) {
      options.signal?.throwIfAborted();
      yield { index, row };
      index += 1;
    }
  }

  async function* volumes(options: VolumeOptions = {}): AsyncGenerator<NiftiVolume> {
    for await (const { index, row } of each(options))
      yield { index, data: options.precision === 'float64' ? Float64Array.from(row) : row };
  }

  async function* rawVolumes(
    options: VolumeOptions & { onFileBytes?: (bytes: Uint8Array) => void } = {},
  ): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
    const { onFileBytes } = options;
    if (onFileBytes !== undefined) {
      const pieces = streamBytes(path, { onFileBytes });
      while (!(await pieces.next()).done);
    }
    for await (const { index, row } of each(options))
      yield { index, bytes: new Uint8Array(row.buffer, row.byteOffset, row.byteLength) };
  }

  async function* rawBlocks(): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of rawVolumes()) yield bytes;
  }

  return {
    path,
    dataPath: path,
    header: {
      format: 'nifti2',
      pair: false,
      littleEndian: new Uint8Array(new Uint16Array([1]).buffer)[0] === 1,
      dim: [4, ...shape, 1, 1, 1],
      shape,
      datatype: datatypeOf(FLOAT32, basename(path)),
      pixdim: [1, 1, 1, 1, repetitionTime ?? 0, 0, 0, 0],
      voxOffset: 0,
      slope: 1,
      intercept: 0,
      calMin: 0,
      calMax: 0,
      xyztUnits: 10,
      spaceUnit: 'mm',
      timeUnit: 's',
      intentCode: 0,
      intentName: '',
      description: '',
      qformCode: 0,
      sformCode: 0,
      quaternion: [0, 0, 0, 0, 0, 0],
      srow: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
      origin: [0, 0, 0],
      magic: '',
      extensions: [],
    },
    grid: [count, 1, 1],
    volumeCount: times,
    affine: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    affineSource: 'pixdim',
    voxelSize: [1, 1, 1],
    repetitionTime,
    notices: [],
    surface: facts.surface,
    ...(facts.partner === undefined ? {} : { partner: facts.partner }),
    volumes: volumes as NiftiImage['volumes'],
    rawVolumes,
    rawBlocks,
  };
}
