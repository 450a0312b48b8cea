import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { TrainingState } from '../training/trainer.ts';
import type { ParameterSpec } from '../training/training-graph.ts';

/** How kernels begin: normal with variance 2 / fan-in (He et al. 2015), or with deviation 0.001 (as SPMKD's release). */
export type Initialisation = 'he' | 'small';

const SMALL = 1e-3;

/**
 * First weights: kernels by `kind`, normalisation weights 1, biases 0, and the
 * heat maps' normalisation as sharp as asked. Every parameter has its own stream of the seed, so that models that
 * share parameters start alike.
 */
export function initialiseKeypoints(
  parameters: readonly ParameterSpec[],
  sharpness: number,
  seed: number,
  kind: Initialisation = 'he',
): TrainingState {
  return Object.fromEntries(
    parameters.map(({ name, dims, decayed }) => {
      const count = dims.reduce((product, size) => product * size, 1);
      const values = new Float32Array(count);
      if (name === 'encoder.head_norm.weight') values.fill(sharpness);
      else if (!decayed) values.fill(name.endsWith('.weight') ? 1 : 0);
      else {
        const random = createRandom(seed, streamOf(name));
        const fanIn = dims.length === 2 ? dims[0] : count / dims[0];
        const spread = kind === 'small' ? SMALL : Math.sqrt(2 / fanIn);
        for (let at = 0; at < count; at++) values[at] = random.normal() * spread;
      }
      return [name, values];
    }),
  );
}

/** A stream number from a name (FNV-1a). */
function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
