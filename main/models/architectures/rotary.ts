import type { ValueName } from '../../graph/graph-builder.ts';
import type { RotaryConfig } from '../folder/rotary-config.ts';
import type { TransformerWriter } from './transformer-writer.ts';

/**
 * Angular frequency of each pair of components: base^(−2i/d), i = 0 … d/2 − 1 (Su et al. 2021, arXiv 2104.09864), after
 * scaling. `llama3` divides the frequency by `factor` where the wavelength passes original / lowFactor, leaves it below
 * original / highFactor, and blends between.
 */
export function rotaryFrequencies({ base, dimensions, scaling }: RotaryConfig): Float64Array {
  return Float64Array.from({ length: dimensions / 2 }, (_, pair) => {
    const plain = base ** ((-2 * pair) / dimensions);
    if (scaling.kind === 'none') return plain;
    if (scaling.kind === 'linear') return plain / scaling.factor;
    const { factor, lowFactor, highFactor, originalPositions } = scaling;
    const turns = (originalPositions * plain) / (2 * Math.PI);
    if (turns < lowFactor) return plain / factor;
    if (turns > highFactor) return plain;
    const share = (turns - lowFactor) / (highFactor - lowFactor);
    return ((1 - share) * plain) / factor + share * plain;
  });
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
  const cos = graph.node('Cos', [angles]);
  const sin = graph.node('Sin', [angles]);
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
