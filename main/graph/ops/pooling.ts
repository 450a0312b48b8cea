import { at, fromIndex, type NdArray, reduceAxes } from '../gradcheck/nd-array.ts';
import { intsAttribute } from '../onnx/attributes.ts';
import type { InferenceContext, OpCheck, TensorType } from '../op-definition.ts';
import { outputSizes, padsOf, type Window, windowOf } from './convolution-shape.ts';
import { known } from './unary.ts';

/** Shape rule of poolings. */
export function inferPooling({ node, inputs: [x] }: InferenceContext): TensorType {
  const { type, dims } = known(x);
  const kernel = intsAttribute(node, 'kernel_shape');
  if (kernel === undefined) throw new Error('its kernel_shape is missing');
  return { type, dims: [...dims.slice(0, 2), ...outputSizes(dims.slice(2), windowOf(node, kernel))] };
}

/** Every window's values folded into one, positions outside the image left out. */
export function poolReference(x: NdArray, window: Window, fold: (values: number[]) => number): NdArray {
  const [n, c, ...space] = x.dims;
  const sizes = outputSizes(space, window).map(Number);
  return fromIndex([n, c, ...sizes], ([image, channel, row, col]) => {
    const values: number[] = [];
    for (let i = 0; i < window.kernel[0]; i++)
      for (let j = 0; j < window.kernel[1]; j++) {
        const y = row * window.strides[0] + i - window.before[0];
        const z = col * window.strides[1] + j - window.before[1];
        if (y >= 0 && z >= 0 && y < space[0] && z < space[1]) values.push(at(x, [image, channel, y, z]));
      }
    return fold(values);
  });
}

/** A 2 × 2 pooling of stride 2, with padding where asked. */
export function poolCheck(name: string, padded: boolean, fold: (values: number[]) => number): OpCheck {
  const edge = padded ? [1, 1] : [0, 0];
  const window: Window = {
    kernel: [2, 2],
    strides: [2, 2],
    dilations: [1, 1],
    before: edge,
    after: edge,
    groups: 1,
  };
  return {
    name,
    inputs: [{ dims: [2, 2, 4, 6], fill: 'normal' }],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: padsOf(window) },
    reference: ([x]) => [poolReference(x, window, fold)],
  };
}

/** Mean over all spatial axes, kept as 1. */
export function globalMean(x: NdArray): NdArray {
  return reduceAxes(x, [2, 3], true, (values) => values.reduce((a, b) => a + b, 0) / values.length);
}
