import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { blocksOf, streamBytes } from '../source.ts';
import { decodeVoxels } from './decode.ts';
import { voxelSizes } from './orientation.ts';
import type { NiftiImage, NiftiVolume, VolumeOptions } from './types.ts';

/** Bytes of a block: what the readers of files hand on at a time. */
const BLOCK = 1 << 20;

/** What is known of an image before its values are read. */
export interface ImageFacts
  extends Pick<
    NiftiImage,
    'path' | 'dataPath' | 'header' | 'affine' | 'affineSource' | 'repetitionTime' | 'notices'
  > {
  /** Where the first voxel lies in `dataPath`, counted after decompression. */
  readonly offset: number;
}

/** An image whose volumes are streamed from its file when asked for, for every format that lays volumes end to end. */
export function streamedImage({ offset, ...facts }: ImageFacts): NiftiImage {
  const { header, dataPath, affine } = facts;
  const grid = [0, 1, 2].map((axis) => header.shape[axis] ?? 1) as [number, number, number];
  const volumeCount = header.shape.slice(3).reduce((product, size) => product * size, 1);
  const voxels = grid[0] * grid[1] * grid[2];
  const volumeBytes = voxels * header.datatype.bytes;

  async function* rawVolumes(
    options: Omit<VolumeOptions, 'precision'> & { onFileBytes?: (bytes: Uint8Array) => void } = {},
  ): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
    const first = options.start ?? 0;
    const last = Math.min(volumeCount, first + (options.count ?? volumeCount));
    const start = offset + first * volumeBytes;
    const { signal, onFileBytes } = options;
    const pieces = streamBytes(dataPath, {
      start,
      reuse: true,
      ...(signal ? { signal } : {}),
      ...(onFileBytes ? { onFileBytes } : {}),
    });
    let index = first;
    let received = 0;
    if (first >= last) return;
    for await (const bytes of blocksOf(pieces, volumeBytes, options.reuse)) {
      // What stands behind the voxels (MGH keeps the TR there) is part of the file that is hashed.
      if (index === last) continue;
      received += bytes.length;
      if (bytes.length < volumeBytes) break;
      yield { index, bytes };
      index += 1;
      if (index === last && onFileBytes === undefined) return;
    }
    if (index === last) return;
    throw tooShort(basename(dataPath), index, volumeCount, first === 0 && received === 0);
  }

  async function* rawBlocks(): AsyncGenerator<Uint8Array> {
    const total = volumeCount * volumeBytes;
    const length = Math.min(total, BLOCK - (BLOCK % header.datatype.bytes));
    let done = 0;
    for await (const bytes of blocksOf(streamBytes(dataPath, { start: offset, reuse: true }), length, true)) {
      const wanted = Math.min(bytes.length, total - done);
      const whole = wanted - (wanted % header.datatype.bytes);
      if (whole > 0) yield whole === bytes.length ? bytes : bytes.subarray(0, whole);
      done += whole;
      if (done === total) return;
    }
    throw tooShort(basename(dataPath), Math.floor(done / volumeBytes), volumeCount, done === 0);
  }

  async function* volumes(options: VolumeOptions = {}): AsyncGenerator<NiftiVolume> {
    const make = () =>
      options.precision === 'float64' ? new Float64Array(voxels) : new Float32Array(voxels);
    let data = make();
    for await (const { index, bytes } of rawVolumes({ ...options, reuse: true })) {
      decodeVoxels(bytes, header, data);
      yield { index, data };
      if (!options.reuse) data = make();
    }
  }

  return {
    ...facts,
    grid,
    volumeCount,
    voxelSize: voxelSizes(affine),
    volumes: volumes as NiftiImage['volumes'],
    rawVolumes,
    rawBlocks,
  };
}

/** The refusal for an image file that ends before its last volume. @param nothing whether no value is there at all */
export function tooShort(file: string, found: number, expected: number, nothing = false): UserError {
  if (nothing || (found === 0 && expected === 1)) {
    return new UserError(
      'nifti.no-image-data',
      `${file} holds a header but ${nothing ? 'no' : 'not all of its'} image data, as in placeholders and broken copies: get the full file.`,
      { file },
    );
  }
  return new UserError(
    'nifti.truncated',
    `${file} ends after ${found} of ${expected} volumes: the copy or download was cut short, get the file again.`,
    { file, found, expected },
  );
}
