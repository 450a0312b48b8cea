import { stringAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Adds slices at index tuples. Only the adding form (reduction "add") is differentiable here. */
export const scatterNd: OpDefinition = {
  op: 'ScatterND',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    if (stringAttribute(node, 'reduction', 'none') !== 'add')
      throw new Error('ScatterND is differentiated with reduction "add" only');
    return [dy, undefined, needed[2] ? graph.node('GatherND', [dy, node.inputs[1]]) : undefined];
  },
  float64: true,
  checks: [
    {
      name: 'adding rows, one twice',
      inputs: [
        { dims: [3, 2], fill: 'normal' },
        { dims: [3, 1], fill: [2, 0, 2], type: 'int64' },
        { dims: [3, 2], fill: 'normal' },
      ],
      attributes: { reduction: 'add' },
      reference: ([x, i, u]) => {
        const data = Float64Array.from(x.data);
        for (let row = 0; row < 3; row++)
          for (let col = 0; col < 2; col++) data[i.data[row] * 2 + col] += u.data[row * 2 + col];
        return [{ dims: x.dims, data }];
      },
    },
  ],
};
