import type { ValueName } from '../../graph/graph-builder.ts';
import type { RotaryConfig } from '../folder/rotary-config.ts';
import type { TransformerWriter } from './transformer-writer.ts';

/**
 * Angular frequency of each pair of components: base^(−2i/d), i = 0 … d/2 − 1 (Su et al. 2021, arXiv 2104.09864), after
 * scaling. `llama3` divides the frequency by `factor` where the wavelength passes original / lowFactor, leaves it below
 * original / highFactor, and blends between. `yarn` does the same with a ramp that is linear in the pairs (Peng et al. 2023).
 */
export function rotaryFrequencies({ base, dimensions, scaling }: RotaryConfig): Float64Array {
  const ramp = scaling.kind === 'yarn' ? yarnRamp(base, dimensions, scaling) : () => 0;
  return Float64Array.from({ length: dimensions / 2 }, (_, pair) => {
    const plain = base ** ((-2 * pair) / dimensions);
    if (scaling.kind === 'none') return plain;
    if (scaling.kind === 'linear') return plain / scaling.factor;
    if (scaling.kind === 'yarn') return plain * (1 - ramp(pair) + ramp(pair) / scaling.factor);
    const { factor, lowFactor, highFactor, originalPositions } = scaling;
    const turns = (originalPositions * plain) / (2 * Math.PI);
    if (turns < lowFactor) return plain / factor;
    if (turns > highFactor) return plain;
    const share = (turns - lowFactor) / (highFactor - lowFactor);
    return ((1 - share) * plain) / factor + share * plain;
  });
}

/** How far each pair is slowed down: from 0 at those that turn fast to 1 at those that turn slowly. */
function yarnRamp(
  base: number,
  dimensions: number,
  { fastTurns, slowTurns, originalPositions, rounded }: Extract<RotaryConfig['scaling'], { kind: 'yarn' }>,
): (pair: number) => number {
  const pairOf = (turns: number) =>
    (dimensions * Math.log(originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const [fast, slow] = [pairOf(fastTurns), pairOf(slowTurns)];
  const low = Math.max(0, rounded ? Math.floor(fast) : fast);
  const high = Math.min(dimensions - 1, rounded ? Math.ceil(slow) : slow);
  const width = high === low ? 0.001 : high - low;
  return (pair) => Math.min(1, Math.max(0, (pair - low) / width));
}

/** Rotates queries or keys [batch, heads, sequence, headWidth] by their positions, first half against second half. */
export type Rotate = (value: ValueName) => ValueName;

/** Writes the sines and cosines once and returns what applies them. */
export function rotaryOf(writer: TransformerWriter, rotary: RotaryConfig): Rotate {
  const { graph, config } = writer;
  const half = rotary.dimensions / 2;
  const frequencies = graph.constant(
    'float32',
    [1, half],
    Float32Array.from(rotaryFrequencies(rotary)),
    'rotary.frequencies',
  );
  const positions = graph.node('Cast', [graph.node('Unsqueeze', [writer.positions(), graph.ints([1])])], {
    to: 1,
  });
  const angles = graph.mul(positions, frequencies);
  const strength = rotary.scaling.kind === 'yarn' ? rotary.scaling.attentionFactor : 1;
  const scaled = (value: ValueName) => (strength === 1 ? value : graph.scale(value, strength));
  const cos = scaled(graph.node('Cos', [angles]));
  const sin = scaled(graph.node('Sin', [angles]));
  const rest = config.headWidth - rotary.dimensions;
  return (value) => {
    const parts = graph.nodeN(
      'Split',
      [value, graph.ints(rest > 0 ? [half, half, rest] : [half, half])],
      rest > 0 ? ['', '', ''] : ['', ''],
      {
        axis: 3,
      },
    );
    const [first, second] = parts;
    const turned = [
      graph.sub(graph.mul(first, cos), graph.mul(second, sin)),
      graph.add(graph.mul(second, cos), graph.mul(first, sin)),
    ];
    return graph.node('Concat', [...turned, ...parts.slice(2)], { axis: 3 });
  };
}
