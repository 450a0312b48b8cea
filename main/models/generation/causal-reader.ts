import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import type { SessionOptions } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { AttentionCache, pastName, presentName, ROWS } from '../architectures/attention-cache.ts';
import type { ModelConfig } from '../folder/model-config.ts';
import type { ModelFolder } from '../folder/model-weights.ts';
import { checkSequences } from '../running/check-sequences.ts';
import { writeModel } from '../running/model-graph.ts';
import { openGraph } from '../running/open-graph.ts';

/** A causal model that reads texts piece by piece and remembers their keys and values. */
export interface CausalReader {
  readonly name: string;
  readonly config: ModelConfig;
  /** Says that the asked device could not be used; null where all went as asked so far. Look again after running. */
  readonly notice: Notice | null;
  /**
   * Begins anew with texts of one length.
   * @returns scores of the token after each text, [texts, vocabulary]
   * @throws UserError `model.too-long`, `model.token-range`, `model.no-tokens`
   */
  start(texts: readonly (readonly number[])[]): Promise<Float32Array>;
  /**
   * Goes on by one token a text.
   * @param ids the token that follows
   * @param from which text of the call before each of them goes on from; texts may be dropped, repeated and reordered
   * @returns scores of the token after that, [ids, vocabulary]
   */
  next(ids: readonly number[], from: readonly number[]): Promise<Float32Array>;
  /** Frees native memory. Safe to call twice. */
  release(): Promise<void>;
}

/** Refuses models that see both directions. @throws UserError `model.not-causal` */
export function requireCausal({ name, config }: Pick<ModelFolder, 'name' | 'config'>): void {
  if (config.family !== 'bert' && config.family !== 'roberta') return;
  throw new UserError(
    'model.not-causal',
    `${name} is a ${config.modelType}, which sees both directions: it has no next token. Take a causal model such as GPT-2, Pythia or Llama.`,
    { model: name, architecture: config.modelType },
  );
}

/** A causal model as a graph that reads texts piece by piece: see AttentionCache; `logits` [batch, vocabulary]. */
function buildReaderGraph(folder: ModelFolder): OnnxModel {
  const graph = new TypedGraph(folder.config.modelType, operators);
  const ids = graph.input('ids', 'int64', ['batch', 'sequence']);
  const cache = new AttentionCache(graph, folder.config);
  const { logits } = writeModel(graph, folder, ids, cache);
  if (logits === null) throw new Error('a causal model has a head');
  graph.output(logits, 'float32', ['batch', folder.config.vocabularySize], 'logits');
  cache.declareOutputs();
  return graph.build();
}

/** Loads a causal model for reading piece by piece. @throws UserError `model.not-causal`, and as `openSession` */
export async function openCausalReader(
  folder: ModelFolder,
  options: SessionOptions = {},
): Promise<CausalReader> {
  requireCausal(folder);
  const { config } = folder;
  const session = await openGraph(buildReaderGraph(folder), options);
  const parts = Array.from({ length: config.layers }, (_, layer) =>
    (['key', 'value'] as const).map((part) => [pastName(layer, part), presentName(layer, part)] as const),
  ).flat();
  const nothing: TensorValue = {
    type: 'float32',
    dims: [1, config.keyValueHeads, 0, config.headWidth],
    data: new Float32Array(0),
  };
  let past = new Map<string, TensorValue>();

  const read = async (texts: readonly (readonly number[])[], from: readonly number[]) => {
    const dims = [texts.length, texts[0].length];
    const feeds: Record<string, TensorValue> = {
      ids: { type: 'int64', dims, data: BigInt64Array.from(texts.flat(), BigInt) },
      [ROWS]: { type: 'int64', dims: [from.length], data: BigInt64Array.from(from, BigInt) },
    };
    for (const [name] of parts) feeds[name] = past.get(name) ?? nothing;
    const results = await session.run(feeds);
    past = new Map(parts.map(([name, present]) => [name, results[present]]));
    return float32Of(results.logits, 'logits');
  };

  return {
    name: folder.name,
    config,
    get notice() {
      return session.notice;
    },
    async start(texts) {
      checkSequences(texts, folder);
      past = new Map();
      return read(
        texts,
        texts.map(() => 0),
      );
    },
    next: (ids, from) =>
      read(
        ids.map((id) => [id]),
        from,
      ),
    release: () => session.release(),
  };
}
