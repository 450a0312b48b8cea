import { at, fromIndex } from '../gradcheck/nd-array.ts';
import { stringAttribute } from '../onnx/attributes.ts';
import type { OpDefinition } from '../op-definition.ts';
import { known } from './unary.ts';

/**
 * Mean cross-entropy of integer targets (rows) under softmax(scores) (rows × classes); the second output holds the
 * log-probabilities. dscores = (p − onehot(target)) · dy / rows. The node must carry its second output.
 */
export const softmaxCrossEntropyLoss: OpDefinition = {
  op: 'SoftmaxCrossEntropyLoss',
  infer: ({ node, inputs: [scores] }) => {
    const { type, dims } = known(scores);
    if (dims.length !== 2) throw new Error('its scores must be rows × classes');
    if (stringAttribute(node, 'reduction', 'mean') !== 'mean') throw new Error('only the mean is taken');
    if (node.inputs.length > 2) throw new Error('class weights are not taken');
    return [
      { type, dims: [] },
      { type, dims },
    ];
  },
  gradient: ({ graph, node, outputGradients: [dy] }) => {
    if (dy === undefined) return [];
    const [scores, targets] = node.inputs;
    const logProbabilities = node.outputs[1];
    if (logProbabilities === undefined)
      throw new Error('SoftmaxCrossEntropyLoss is differentiated through its second output');
    const index = graph.node('Unsqueeze', [targets, graph.ints([1])]);
    const minusOne = graph.node('Expand', [graph.number(-1, scores), graph.node('Shape', [index])]);
    const difference = graph.node(
      'ScatterElements',
      [graph.node('Exp', [logProbabilities]), index, minusOne],
      {
        axis: 1,
        reduction: 'add',
      },
    );
    const rows = graph.typeOf(scores).dims[0];
    const count =
      typeof rows === 'number'
        ? graph.number(rows, scores)
        : graph.node('Cast', [graph.node('Shape', [scores], { start: 0, end: 1 })], {
            to: graph.typeOf(scores).type === 'float64' ? 11 : 1,
          });
    return [graph.mul(difference, graph.div(dy, count))];
  },
  float64: true,
  checks: [
    {
      name: 'three rows, four classes',
      inputs: [
        { dims: [3, 4], fill: 'normal' },
        { dims: [3], fill: [1, 3, 1], type: 'int64' },
      ],
      outputs: 2,
      reference: ([scores, targets]) => {
        const logs = fromIndex([3, 4], ([row, col]) => {
          let total = 0;
          for (let k = 0; k < 4; k++) total += Math.exp(at(scores, [row, k]));
          return at(scores, [row, col]) - Math.log(total);
        });
        let loss = 0;
        for (let row = 0; row < 3; row++) loss -= at(logs, [row, targets.data[row]]) / 3;
        return [{ dims: [], data: Float64Array.of(loss) }, logs];
      },
    },
  ],
};
