import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import { lengthSortedBatches } from '../encoders/token-batch.ts';
import type { LanguageModel, ModelRequest, ModelStates } from './language-model.ts';

/** Tokens, padding included, that one run takes at most. */
const BATCH_TOKENS = 4096;

/**
 * Runs many texts in batches of like length, so that little is padding and memory stays bounded, and lays the results out
 * in the order of the texts, padded to the longest with zeros.
 * @throws UserError `model.not-finite`, and as `LanguageModel.run`
 */
export async function runBatched(
  model: LanguageModel,
  sequences: readonly (readonly number[])[],
  request: ModelRequest,
  { signal, report }: { readonly signal: AbortSignal; readonly report: ReportProgress },
): Promise<ModelStates> {
  const { width, heads, vocabularySize } = model.config;
  const batch = sequences.length;
  const sequence = Math.max(0, ...sequences.map((ids) => ids.length));
  const empty = (layers: readonly number[], size: number) =>
    new Map(layers.map((layer) => [layer, new Float32Array(batch * size)]));
  const hidden = empty(request.hidden, sequence * width);
  const attention = empty(request.attention, heads * sequence * sequence);
  const wantsLogits = request.logits && model.hasLogits;
  const logits = wantsLogits ? new Float32Array(batch * sequence * vocabularySize) : null;
  const size = Math.max(1, Math.floor(BATCH_TOKENS / Math.max(1, sequence)));
  let done = 0;
  for (const places of lengthSortedBatches(
    sequences.map((ids) => ids.length),
    size,
  )) {
    signal.throwIfAborted();
    const states = await model.run(
      places.map((at) => sequences[at]),
      request,
    );
    for (const [row, at] of places.entries()) {
      const { length } = sequences[at];
      const copyRows = (from: Float32Array, to: Float32Array, columns: number) => {
        const start = row * states.sequence * columns;
        to.set(from.subarray(start, start + length * columns), at * sequence * columns);
      };
      for (const [layer, values] of states.hidden) copyRows(values, hidden.get(layer) ?? values, width);
      if (states.logits !== null && logits !== null) copyRows(states.logits, logits, vocabularySize);
      for (const [layer, maps] of states.attention) {
        const to = attention.get(layer) ?? maps;
        for (let line = 0; line < heads * length; line++) {
          const [head, token] = [Math.floor(line / length), line % length];
          const from = ((row * heads + head) * states.sequence + token) * states.sequence;
          to.set(maps.subarray(from, from + length), ((at * heads + head) * sequence + token) * sequence);
        }
      }
    }
    done += places.length;
    report({ phase: 'running', done, total: batch, unit: 'texts' });
  }
  for (const [layer, values] of hidden) {
    if (allFinite(values)) continue;
    throw new UserError(
      'model.not-finite',
      `Layer ${layer} of ${model.name} gives values that are no finite numbers: its weights are damaged, or its training diverged.`,
      { model: model.name, layer },
    );
  }
  return { batch, sequence, hidden, attention, logits };
}

function allFinite(values: Float32Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}
