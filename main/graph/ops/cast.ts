import { mapBroadcast } from '../gradcheck/nd-array.ts';
import { intAttribute } from '../onnx/attributes.ts';
import { ELEMENT_TYPES, elementTypeName } from '../onnx/element-type.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

const floats = ['float16', 'bfloat16', 'float32', 'float64'];

/** Another element type. Between float types the gradient is cast back; to or from integers none flows. */
export const cast: OpDefinition = {
  op: 'Cast',
  infer: ({ node, inputs: [x] }) => {
    const type = elementTypeName(intAttribute(node, 'to', 0));
    if (type === undefined || type === 'string')
      throw new Error('it casts to a type that graphs do not take');
    return [{ type: type, dims: known(x).dims }];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const from = graph.typeOf(node.inputs[0]).type;
    const to = graph.typeOf(node.outputs[0]).type;
    return floats.includes(from) && floats.includes(to)
      ? [graph.node('Cast', [dy], { to: ELEMENT_TYPES[from] })]
      : [undefined];
  },
  float64: true,
  checks: [
    {
      name: 'to float32 and back is the identity up to rounding',
      inputs: [{ dims: [4], fill: [1, -2, 0.5, 8] }],
      attributes: { to: ELEMENT_TYPES.float32 },
      reference: ([x]) => [mapBroadcast(Math.fround, x)],
    },
  ],
};
