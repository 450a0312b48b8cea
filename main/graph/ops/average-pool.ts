import { intAttribute, intsAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { windowOf } from './convolution-shape.ts';
import { inferPooling, poolCheck } from './pooling.ts';

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean of each window. Its gradient is taken for windows that tile the image: stride equal to size, no padding. */
export const averagePool: OpDefinition = {
  op: 'AveragePool',
  infer: (context) => [inferPooling(context)],
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const kernel = intsAttribute(node, 'kernel_shape') ?? [];
    const window = windowOf(node, kernel);
    const tiled =
      window.strides.every((stride, axis) => stride === kernel[axis]) &&
      [...window.before, ...window.after].every((pad) => pad === 0) &&
      intAttribute(node, 'ceil_mode', 0) === 0;
    const { dims } = graph.typeOf(node.inputs[0]);
    const whole = dims.slice(2).every((size, axis) => Number(size) % kernel[axis] === 0);
    if (!tiled || !whole)
      throw new Error('AveragePool is differentiated for windows that tile the image only');
    const [batch, channels, rows, cols] = graph.typeOf(dy).dims;
    const first = typeof batch === 'number' ? batch : -1;
    const spread = graph.reshape(dy, [first, Number(channels), Number(rows), 1, Number(cols), 1]);
    const ones = graph.ints([1, 1, 1, kernel[0], 1, kernel[1]]);
    const repeated = graph.node('Expand', [spread, ones]);
    return [graph.scale(graph.reshapeLike(repeated, node.inputs[0]), 1 / (kernel[0] * kernel[1]))];
  },
  float64: false,
  checks: [poolCheck('tiling', false, mean)],
};
