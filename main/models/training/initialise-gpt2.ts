import { createRandom } from '../../tensor/random/xoshiro.ts';
import { type Gpt2Config, gpt2Parameters } from '../architectures/gpt2.ts';
import type { TrainingState } from './trainer.ts';

/** Standard deviation of GPT-2's first weights (Radford et al. 2019, released code). */
const SPREAD = 0.02;

/**
 * First weights of a GPT-2: normal with SD 0.02, those that write into the residual stream divided by √(2 · layers),
 * normalisation scales 1, biases 0. Every parameter has its own stream of the seed.
 */
export function initialiseGpt2(config: Gpt2Config, seed: number): TrainingState {
  const state: Record<string, Float32Array> = {};
  for (const [position, { name, dims }] of gpt2Parameters(config).entries()) {
    const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
    if (dims.length === 2) {
      const random = createRandom(seed, position);
      const spread = name.endsWith('c_proj.weight') ? SPREAD / Math.sqrt(2 * config.layers) : SPREAD;
      for (let at = 0; at < values.length; at++) values[at] = random.normal() * spread;
    } else if (/ln_(1|2|f)\.weight$/.test(name)) values.fill(1);
    state[name] = values;
  }
  return state;
}
