import { join } from 'node:path';
import { writeNpy } from '../../formats/npy/npy.ts';
import { createNpyColumns } from '../../formats/npy/npy-columns.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { matrixOf } from '../../tensor/matrix.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';

/** Size of a simulated regression problem. */
export interface RegressionSize {
  readonly samples: number;
  readonly features: number;
  readonly targets: number;
}

/** Uniform noise of deviation 1: quicker to draw than normal, and as good for timing. */
function noise(count: number, seed: number, stream: number): Float32Array {
  const random = createRandom(seed, stream);
  const values = new Float32Array(count);
  for (let at = 0; at < count; at++) values[at] = (random.nextUint32() / 2 ** 31 - 1) * Math.sqrt(3);
  return values;
}

/**
 * Writes x.npy and y.npy (float32) of a *simulated* linear problem: features with a falling spectrum, targets with
 * signal-to-noise ratios from 3 down to 0.02, so that all penalties are somebody's choice.
 */
export async function simulateRegression(
  engine: MatrixEngine,
  folder: string,
  { samples, features, targets }: RegressionSize,
  seed: number,
): Promise<{ x: string; y: string }> {
  const [x, y] = [join(folder, 'x.npy'), join(folder, 'y.npy')];
  const data = noise(samples * features, seed, 0);
  for (let at = 0; at < data.length; at++) data[at] *= (1 + (at % features)) ** -0.25;
  await writeNpy(x, { shape: [samples, features], data });
  const writer = await createNpyColumns(y, samples, targets);
  const block = 1000;
  for (let start = 0; start < targets; start += block) {
    const width = Math.min(block, targets - start);
    const weights = matrixOf(features, width, noise(features * width, seed, 1 + 2 * start));
    const signal = await engine.multiply(matrixOf(samples, features, data), weights);
    const rest = noise(samples * width, seed, 2 + 2 * start);
    for (let at = 0; at < rest.length; at++) {
      const ratio = 3 * 0.02 ** ((start + (at % width)) / targets);
      rest[at] += ((ratio * signal.data[at]) / Math.sqrt(features)) * 4;
    }
    await writer.write(start, start + width, rest);
  }
  await writer.close();
  return { x, y };
}
