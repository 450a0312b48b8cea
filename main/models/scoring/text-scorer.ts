import type { Notice } from '../../contract/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import type { SessionOptions } from '../../runtime/session.ts';
import { float32Of } from '../../runtime/tensor-value.ts';
import { lengthSortedBatches, padTokens } from '../encoders/token-batch.ts';
import type { ModelFolder } from '../folder/model-weights.ts';
import { requireCausal } from '../generation/causal-reader.ts';
import { checkSequences } from '../running/check-sequences.ts';
import { writeModel } from '../running/model-graph.ts';
import { openGraph } from '../running/open-graph.ts';

/** Scores over the vocabulary that one run may hold at most: half a gigabyte of float32. */
const MOST_SCORES = 2 ** 27;

/** How likely a causal model finds a text, in nats. */
export interface TextScore {
  /** ln P(token | all tokens before it), one a scored token. */
  readonly logProbabilities: readonly number[];
  /** Their sum: ln P of the scored tokens. */
  readonly total: number;
  /** exp(−total ÷ scored tokens); null where nothing was scored. */
  readonly perplexity: number | null;
}

export interface ScoringOptions {
  /**
   * The mark put before every text, so that its first token is scored as well; null: none is put, and the first token is
   * given, not scored.
   */
  readonly begin: number | null;
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

/** A causal model that is loaded for scoring texts. */
export interface TextScorer {
  /** Says that the asked device could not be used; null where all went as asked so far. Look again after running. */
  readonly notice: Notice | null;
  /**
   * Exact log-probabilities of texts, in their order. Texts are run in batches of like length.
   * @throws UserError `model.too-long` (with the mark counted), `model.token-range`, `model.no-tokens`
   */
  score(texts: readonly (readonly number[])[], options: ScoringOptions): Promise<TextScore[]>;
  /** Frees native memory. Safe to call twice. */
  release(): Promise<void>;
}

/** Inputs `ids` and `targets` [batch, sequence]; output `log_probability` [batch, sequence] of each target. */
function buildScoringGraph(folder: ModelFolder): OnnxModel {
  const graph = new TypedGraph(folder.config.modelType, operators);
  const dims = ['batch', 'sequence'];
  const ids = graph.input('ids', 'int64', dims);
  const targets = graph.input('targets', 'int64', dims);
  const { logits } = writeModel(graph, folder, ids);
  if (logits === null) throw new Error('a causal model has a head');
  const logs = graph.node('LogSoftmax', [logits], { axis: -1 });
  const index = graph.node('Unsqueeze', [targets, graph.ints([2])]);
  const picked = graph.node('GatherElements', [logs, index], { axis: 2 });
  const squeezed = graph.node('Squeeze', [picked, graph.ints([2])]);
  graph.output(squeezed, 'float32', dims, 'log_probability');
  return graph.build();
}

/** Loads a causal model for scoring. @throws UserError `model.not-causal`, and as `openSession` */
export async function openTextScorer(folder: ModelFolder, options: SessionOptions = {}): Promise<TextScorer> {
  requireCausal(folder);
  const session = await openGraph(buildScoringGraph(folder), options);

  const runBatch = async (texts: readonly (readonly number[])[]) => {
    const { ids, length } = padTokens(texts);
    // Each position is asked about the token after it; what is asked of the last one and of padding is not read.
    const targets = { ...ids, data: new BigInt64Array(ids.data.length) };
    targets.data.set(ids.data.subarray(1));
    const results = await session.run({ ids, targets });
    const values = float32Of(results.log_probability, 'log_probability');
    return texts.map((text, row) =>
      Array.from(values.subarray(row * length, row * length + text.length - 1)),
    );
  };

  return {
    get notice() {
      return session.notice;
    },
    async score(texts, { begin, signal, report }) {
      checkSequences(texts, folder);
      const marked = begin === null ? texts : texts.map((text) => [begin, ...text]);
      checkSequences(marked, folder);
      const longest = Math.max(...marked.map((text) => text.length));
      const size = Math.max(1, Math.floor(MOST_SCORES / (longest * folder.config.vocabularySize)));
      const scores: TextScore[] = [];
      let done = 0;
      for (const batch of lengthSortedBatches(
        marked.map((text) => text.length),
        Math.min(size, 64),
      )) {
        signal.throwIfAborted();
        const results = await runBatch(batch.map((at) => marked[at]));
        for (const [row, at] of batch.entries()) scores[at] = summed(results[row]);
        done += batch.length;
        report({ phase: 'scoring', done, total: texts.length, unit: 'texts' });
      }
      return scores;
    },
    release: () => session.release(),
  };
}

function summed(logProbabilities: readonly number[]): TextScore {
  const total = logProbabilities.reduce((sum, value) => sum + value, 0);
  const count = logProbabilities.length;
  return { logProbabilities, total, perplexity: count === 0 ? null : Math.exp(-total / count) };
}
