import { intAttribute, stringAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/** Adds updates at indices along an axis. Only the adding form (reduction "add") is differentiable here. */
export const scatterElements: OpDefinition = {
  op: 'ScatterElements',
  infer: ({ inputs: [x] }) => [known(x)],
  gradient: ({ graph, node, outputGradients: [dy], needed }) => {
    if (dy === undefined) return [];
    if (stringAttribute(node, 'reduction', 'none') !== 'add')
      throw new Error('ScatterElements is differentiated with reduction "add" only');
    const axis = intAttribute(node, 'axis', 0);
    return [
      dy,
      undefined,
      needed[2] ? graph.node('GatherElements', [dy, node.inputs[1]], { axis }) : undefined,
    ];
  },
  float64: true,
  checks: [
    {
      name: 'adding, one place twice',
      inputs: [
        { dims: [2, 3], fill: 'normal' },
        { dims: [2, 2], fill: [0, 0, 2, 1], type: 'int64' },
        { dims: [2, 2], fill: 'normal' },
      ],
      attributes: { axis: 1, reduction: 'add' },
      reference: ([x, i, u]) => {
        const data = Float64Array.from(x.data);
        for (let at = 0; at < 4; at++) data[Math.floor(at / 2) * 3 + i.data[at]] += u.data[at];
        return [{ dims: x.dims, data }];
      },
    },
  ],
};
