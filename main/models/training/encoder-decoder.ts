import type { ValueName } from '../../graph/graph-builder.ts';
import { float } from '../../graph/onnx/attributes.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';

/**
 * A small convolutional encoder-decoder that has one of everything: instance normalisation, pooling by indices, dilation,
 * groups, strides, a transposed convolution, a skip connection and enlargement; loss |d| + d² of its output from `target`.
 * Parameters `LAYER.weight` and `LAYER.bias` are in the graph under their names. `gyrus gradcheck` compares it with torch.
 * @param image [2, channels, 16, 16]
 */
export function encoderDecoderLoss(graph: TypedGraph, image: ValueName, target: ValueName): ValueName {
  const layer = (op: string, value: ValueName, name: string, attributes = {}) =>
    graph.node(op, [value, `${name}.weight`, `${name}.bias`], attributes);
  const pads = (size: number) => ({ pads: [size, size, size, size] });
  const normal = layer('InstanceNormalization', layer('Conv', image, 'first', pads(1)), 'norm', {
    epsilon: float(1e-5),
  });
  const leaky = graph.node('LeakyRelu', [normal], { alpha: float(0.1) });
  const [pooled] = graph.nodeN('MaxPool', [leaky], ['', ''], { kernel_shape: [2, 2], strides: [2, 2] });
  const wide = layer('Conv', pooled, 'wide', { ...pads(2), dilations: [2, 2], group: 2 });
  const skip = graph.node('Relu', [wide]);
  const low = graph.node('Sigmoid', [layer('Conv', skip, 'down', { ...pads(1), strides: [2, 2] })]);
  const up = layer('ConvTranspose', low, 'up', { ...pads(1), strides: [2, 2] });
  const joined = layer('Conv', graph.node('Concat', [up, skip], { axis: 1 }), 'join', pads(1));
  const large = graph.node('Resize', [graph.node('Tanh', [joined]), '', '', graph.ints([2, 6, 16, 16])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  const difference = graph.sub(layer('Conv', large, 'last'), target);
  const meanOf = (value: ValueName) => graph.mean(value, [0, 1, 2, 3], false);
  return graph.add(meanOf(graph.node('Abs', [difference])), meanOf(graph.mul(difference, difference)));
}
