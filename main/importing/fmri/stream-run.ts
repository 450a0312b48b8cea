import { createHash } from 'node:crypto';
import type { EncodedChunk } from '../../data/arrays/array-store.ts';
import type { Project } from '../../data/project.ts';
import { voxelGatherer } from '../../formats/nifti/gather.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';
import { chunkLayout } from './chunk-layout.ts';
import type { CurrentRun } from './cursor.ts';
import { voxelName } from './voxel-set.ts';

/** Chunks that are compressed at the same time. */
const AT_ONCE = 2;

export interface StreamRequest {
  readonly project: Project;
  readonly image: NiftiImage;
  readonly indices: Uint32Array;
  readonly current: CurrentRun;
  readonly signal: AbortSignal;
  /** Called after every volume with how many are done. */
  readonly onVolume: (done: number) => void;
  /** Must run `write` and keep the new state in one transaction. */
  readonly commit: (current: CurrentRun, write: () => void) => void;
}

/**
 * Streams one run's masked volumes into its time × voxel array, a block of volumes a transaction. Only one block
 * and one volume are in memory. A value that is NaN or infinite is replaced by the same voxel's value one volume
 * before (0 in the first) and counted.
 * @returns the final state and the SHA-256 of the image file as it lies on disk
 * @throws UserError `file.truncated-gzip`, `nifti.truncated`, ...; `project.disk-full`
 */
export async function streamRun(request: StreamRequest): Promise<{ current: CurrentRun; sha256: string }> {
  const { image, indices, signal, onVolume } = request;
  const { time, voxel } = chunkLayout(image.volumeCount, indices.length);
  const chunks = Math.ceil(indices.length / voxel);
  // Two blocks: while one is compressed on other threads, the other is filled.
  let block = new Float32Array(chunks * time * voxel);
  let spare = new Float32Array(block.length);
  const gather = voxelGatherer(image.header, indices, { length: voxel, stride: time * voxel });
  const mayBeNonFinite = image.header.datatype.number.startsWith('float');
  const last = mayBeNonFinite ? lastRow(request) : new Float32Array(0);
  const hash = createHash('sha256');
  let current = request.current;
  let blockStart = current.nextVolume;
  let replaced = current.replaced;
  const names = [...current.replacedNames];
  let writing: Promise<void> = Promise.resolve();

  // The file is read from its start even when resuming, so that its hash is that of the whole.
  const stream = image.rawVolumes({ reuse: true, signal, onFileBytes: (bytes) => hash.update(bytes) });
  for await (const { index, bytes } of stream) {
    if (index < request.current.nextVolume) continue;
    const row = index - blockStart;
    gather(bytes, block, row * voxel);
    if (mayBeNonFinite) {
      replaced += repair(block, last, row, { time, voxel, voxels: indices.length }, (n) => {
        if (names.length < 5) names.push(voxelName(indices[n], image.grid));
      });
    }
    onVolume(index + 1);
    if (row + 1 < time && index + 1 < image.volumeCount) continue;
    await writing;
    current = { ...current, nextVolume: index + 1, replaced, replacedNames: [...names] };
    writing = writeBlock(request, current, block, { blockStart, time, voxel });
    // Kept unhandled until the next block awaits it; a refusal must not end the process before that.
    writing.catch(() => {});
    [block, spare] = [spare, block];
    blockStart = index + 1;
  }
  await writing;
  return { current, sha256: hash.digest('hex') };
}

async function writeBlock(
  { project, indices, commit }: StreamRequest,
  current: CurrentRun,
  block: Float32Array,
  { blockStart, time, voxel }: { blockStart: number; time: number; voxel: number },
): Promise<void> {
  const rows = current.nextVolume - blockStart;
  const chunks = Math.ceil(indices.length / voxel);
  const encoded: EncodedChunk[] = [];
  // Few at a time: every compressor brings memory of its own.
  for (let first = 0; first < chunks; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, chunks - first) }, (_, n) => {
      const chunk = first + n;
      const width = Math.min(voxel, indices.length - chunk * voxel);
      const values = block.subarray(chunk * time * voxel, (chunk + 1) * time * voxel);
      const inside = width === voxel && rows === time ? values : clip(values, rows, width, voxel);
      return project.arrays.encodeChunk(current.arrayId, [blockStart / time, chunk], inside);
    });
    encoded.push(...(await Promise.all(batch)));
  }
  commit(current, () => {
    for (const chunk of encoded) project.arrays.writeEncoded(current.arrayId, chunk);
  });
}

/** Rows × width values out of chunk memory whose rows are `stride` apart. */
function clip(values: Float32Array, rows: number, width: number, stride: number): Float32Array {
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    out.set(values.subarray(row * stride, row * stride + width), row * width);
  return out;
}

function lastRow({ project, current, indices }: StreamRequest): Float32Array {
  const { nextVolume } = current;
  if (nextVolume === 0) return new Float32Array(indices.length);
  const rows = { start: nextVolume - 1, stop: nextVolume };
  return project.arrays.readAs(current.arrayId, 'float32', [rows, null]).data;
}

/** Replaces non-finite values of one row by those of the row before, kept in `last`; returns how many. */
function repair(
  block: Float32Array,
  last: Float32Array,
  row: number,
  { time, voxel, voxels }: { time: number; voxel: number; voxels: number },
  onReplaced: (n: number) => void,
): number {
  let replaced = 0;
  for (let start = 0, at = row * voxel; start < voxels; start += voxel, at += time * voxel) {
    const width = Math.min(voxel, voxels - start);
    for (let n = 0; n < width; n++) {
      const value = block[at + n];
      // value − value is 0 for finite values only: cheaper than a call per voxel.
      if (value - value === 0) last[start + n] = value;
      else {
        block[at + n] = last[start + n];
        replaced += 1;
        onReplaced(start + n);
      }
    }
  }
  return replaced;
}
