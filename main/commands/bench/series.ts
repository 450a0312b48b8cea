import { stat } from 'node:fs/promises';
import { writeNifti } from '../../formats/nifti/write.ts';

export interface BenchSeries {
  readonly bytes: number;
  readonly shape: readonly number[];
  readonly dtype: 'int16' | 'float32';
}

const grid = [97, 115, 97] as const;

/** Writes a series on the 2 mm template grid: an ellipsoid of signal with noise on a dim background. Kept if there. */
export async function writeBenchSeries(
  path: string,
  { megabytes, dtype }: { megabytes: number; dtype: 'int16' | 'float32' },
): Promise<BenchSeries> {
  const voxels = grid[0] * grid[1] * grid[2];
  const volumeBytes = voxels * (dtype === 'int16' ? 2 : 4);
  const volumeCount = Math.max(2, Math.round((megabytes * 1e6) / volumeBytes));
  const series = { bytes: volumeCount * volumeBytes, shape: [...grid, volumeCount], dtype };
  if (await stat(path).catch(() => null)) return series;
  const baseline = Float32Array.from({ length: voxels }, (_, voxel) => baselineAt(voxel));
  const noise = gaussianNoise(1 << 20);
  const volume = new Float32Array(voxels);
  function* volumes(): Generator<Float32Array> {
    for (let time = 0; time < volumeCount; time++) {
      const shift = (time * 48_271) % noise.length;
      for (let voxel = 0; voxel < voxels; voxel++) {
        const inBrain = baseline[voxel] > 100;
        volume[voxel] = baseline[voxel] + (inBrain ? 12 : 3) * noise[(voxel + shift) % noise.length];
      }
      yield volume;
    }
  }
  const affine = [
    [-2, 0, 0, 96],
    [0, 2, 0, -132],
    [0, 0, 2, -78],
    [0, 0, 0, 1],
  ];
  await writeNifti(
    path,
    { grid, volumeCount, affine, dtype, repetitionTime: 2, description: 'simulated, for timing' },
    volumes(),
  );
  return series;
}

function baselineAt(voxel: number): number {
  const [i, j, k] = [
    voxel % grid[0],
    Math.floor(voxel / grid[0]) % grid[1],
    Math.floor(voxel / (grid[0] * grid[1])),
  ];
  const radius = Math.hypot((i - 48) / 35, (j - 57) / 44, (k - 48) / 36);
  return radius < 1 ? 900 + 150 * Math.cos(i / 5) * Math.cos(j / 7) * Math.cos(k / 6) : 12;
}

/** Standard normal numbers by Box and Muller from a linear congruential generator: plain, quick, the same each time. */
function gaussianNoise(count: number): Float32Array {
  let state = 12_345;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
