/** Memory that one block of volumes may take before it is written. */
const BLOCK_BYTES = 16 << 20;
/** Size of one chunk: small enough to read few voxels' time courses, large enough to be quick. */
const CHUNK_BYTES = 512 << 10;

/**
 * Chunk shape (time, voxel) for a run: as many volumes a chunk as a 16 MB block holds (at most 128), and voxel
 * columns so that a chunk is about 0.5 MB. Reading one voxel's time course touches ⌈T/time⌉ chunks, reading one volume
 * ⌈V/voxel⌉.
 */
export function chunkLayout(volumes: number, voxels: number): { time: number; voxel: number } {
  const fitting = Math.floor(BLOCK_BYTES / (4 * voxels));
  const time = Math.max(1, Math.min(volumes, 128, Math.max(4, fitting)));
  const voxel = Math.max(1, Math.min(voxels, Math.ceil(CHUNK_BYTES / (4 * time))));
  return { time, voxel };
}
