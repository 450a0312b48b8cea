import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Affine } from '../../contract/recordings.ts';

export interface NiftiWriteOptions {
  /** Grid along i, j, k. */
  readonly grid: readonly [number, number, number];
  /** Volumes that will be written; 1 gives a 3D file. */
  readonly volumeCount: number;
  /** Voxel index to RAS+ millimetres; stored as the sform (code 4 for a template space, 1 for scanner). */
  readonly affine: Affine;
  /** Stored type. int16 and uint8 values are (value − intercept)/slope, rounded and clipped. */
  readonly dtype: 'float32' | 'int16' | 'uint8';
  readonly slope?: number;
  readonly intercept?: number;
  /** Seconds between volumes; needed for 4D. */
  readonly repetitionTime?: number;
  readonly templateSpace?: boolean;
  /** At most 79 characters. */
  readonly description?: string;
  /** NIfTI intent code, such as 3 for t or 2 for correlation; 0 where not said. */
  readonly intentCode?: number;
  /** gzip level for names that end in .gz; 1 where not said. */
  readonly gzipLevel?: number;
}

/**
 * Writes a NIfTI-1 .nii or .nii.gz (by name) volume by volume, so that a 4D file never lies in memory. The gzip
 * header holds no time, so equal values give equal bytes.
 * @param volumes ni·nj·nk values each, i fastest; the same memory may be given again and again
 * @throws RangeError where a volume has another length or their number is not `volumeCount`
 */
export async function writeNifti(
  path: string,
  options: NiftiWriteOptions,
  volumes: Iterable<ArrayLike<number>> | AsyncIterable<ArrayLike<number>>,
): Promise<void> {
  const file = createWriteStream(path);
  const stream = path.endsWith('.gz') ? createGzip({ level: options.gzipLevel ?? 1 }) : file;
  if (stream !== file) stream.pipe(file);
  const closed = finished(file);
  const failed = new Promise<never>((_, reject) => {
    closed.catch(reject);
  });
  failed.catch(() => {});
  const send = async (bytes: Uint8Array): Promise<void> => {
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), failed]);
  };
  try {
    await send(niftiHeaderBytes(options));
    const voxels = options.grid[0] * options.grid[1] * options.grid[2];
    let written = 0;
    for await (const volume of volumes) {
      if (volume.length !== voxels)
        throw new RangeError(`volume ${written} has ${volume.length} values, not ${voxels}`);
      await send(encode(volume, options));
      written += 1;
    }
    if (written !== options.volumeCount)
      throw new RangeError(`${written} volumes given, ${options.volumeCount} announced`);
    stream.end();
    await closed;
  } catch (cause) {
    stream.destroy();
    file.destroy();
    throw cause;
  }
}

const codes = { uint8: 2, int16: 4, float32: 16 } as const;
const widths = { uint8: 1, int16: 2, float32: 4 } as const;

/** The 352 bytes before the first voxel: little-endian NIfTI-1 header and four zero extension flags. */
export function niftiHeaderBytes(options: NiftiWriteOptions): Uint8Array {
  const bytes = new Uint8Array(352);
  const view = new DataView(bytes.buffer);
  const { grid, volumeCount, affine, dtype } = options;
  const sizes = grid.map((_, axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  const rank = volumeCount > 1 ? 4 : 3;
  view.setInt32(0, 348, true);
  bytes[38] = 0x72;
  [rank, ...grid, volumeCount, 1, 1, 1].forEach((size, index) => {
    view.setInt16(40 + 2 * index, size, true);
  });
  view.setInt16(68, options.intentCode ?? 0, true);
  view.setInt16(70, codes[dtype], true);
  view.setInt16(72, widths[dtype] * 8, true);
  [1, ...sizes, options.repetitionTime ?? 0].forEach((size, index) => {
    view.setFloat32(76 + 4 * index, size, true);
  });
  view.setFloat32(108, 352, true);
  view.setFloat32(112, options.slope ?? 1, true);
  view.setFloat32(116, options.intercept ?? 0, true);
  bytes[123] = 2 | 8;
  Buffer.from((options.description ?? '').slice(0, 79), 'latin1').copy(bytes, 148);
  view.setInt16(254, options.templateSpace ? 4 : 1, true);
  affine
    .slice(0, 3)
    .flat()
    .forEach((value, index) => {
      view.setFloat32(280 + 4 * index, value, true);
    });
  Buffer.from('n+1\0', 'latin1').copy(bytes, 344);
  return bytes;
}

function encode(volume: ArrayLike<number>, options: NiftiWriteOptions): Uint8Array {
  const { dtype, slope = 1, intercept = 0 } = options;
  if (dtype === 'float32') {
    const out = Float32Array.from(volume, (value) => (value - intercept) / slope);
    return new Uint8Array(out.buffer);
  }
  const out = dtype === 'int16' ? new Int16Array(volume.length) : new Uint8Array(volume.length);
  const [low, high] = dtype === 'int16' ? [-32768, 32767] : [0, 255];
  for (let index = 0; index < volume.length; index++) {
    out[index] = Math.min(high, Math.max(low, Math.round((volume[index] - intercept) / slope)));
  }
  return new Uint8Array(out.buffer);
}
