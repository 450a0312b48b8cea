import { encodeModel } from '../../graph/onnx/encode.ts';
import { languageLoss } from '../../models/training/language-loss.ts';
import { openSession } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import type { OpenEvaluator } from './evaluator.ts';

/** Mean cross-entropy in nats on text that never trained, as the metric `held-out-loss`; the same windows every time. */
export const openHeldOutLoss: OpenEvaluator = async (prepared, options) => {
  const { config, shapes, size, batches, plan } = prepared;
  const { graph, loss, parameters } = languageLoss(config, shapes, size);
  graph.output(loss, 'float32', [], 'loss');
  const session = await openSession(encodeModel(graph.build()), options);
  const count = Math.min(batches.heldOutCount, Math.max(1, Math.ceil(plan.evaluateSequences / size.batch)));
  return {
    async evaluate(weights) {
      const fixed = Object.fromEntries(
        parameters.map(({ name, dims }): [string, TensorValue] => [
          name,
          { type: 'float32', dims, data: weights[name] },
        ]),
      );
      let sum = 0;
      for (let index = 0; index < count; index++) {
        const results = await session.run({ ...batches.heldOut(index), ...fixed }, { outputs: ['loss'] });
        sum += float32Of(results.loss, 'loss')[0];
      }
      return { 'held-out-loss': sum / count };
    },
    release: () => session.release(),
  };
};
