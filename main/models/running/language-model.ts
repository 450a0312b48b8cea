import type { Notice } from '../../contract/errors.ts';
import type { NodePlacement } from '../../runtime/node-placement.ts';
import type { ProviderName } from '../../runtime/providers.ts';
import type { SessionOptions } from '../../runtime/session.ts';
import { float32Of, type TensorValue } from '../../runtime/tensor-value.ts';
import { padTokens } from '../encoders/token-batch.ts';
import type { ModelConfig } from '../folder/model-config.ts';
import type { ModelFolder } from '../folder/model-weights.ts';
import { checkSequences } from './check-sequences.ts';
import { attentionName, buildModelGraph, hiddenName } from './model-graph.ts';
import { openGraph } from './open-graph.ts';

/** What to compute of a batch. */
export interface ModelRequest {
  /** Layers whose hidden states are wanted, 0 for the embeddings. */
  readonly hidden: readonly number[];
  /** Layers whose attention maps are wanted, 0 for the first. */
  readonly attention: readonly number[];
  readonly logits: boolean;
}

/** Everything asked of one batch, padded to its longest sequence. */
export interface ModelStates {
  readonly batch: number;
  readonly sequence: number;
  /** By layer number, [batch, sequence, width]. */
  readonly hidden: ReadonlyMap<number, Float32Array>;
  /** By layer number, [batch, heads, sequence, sequence]. */
  readonly attention: ReadonlyMap<number, Float32Array>;
  /** [batch, sequence, vocabulary], or null. */
  readonly logits: Float32Array | null;
}

/** A model that is loaded and ready. */
export interface LanguageModel {
  readonly name: string;
  readonly config: ModelConfig;
  /** Says that the asked device could not be used; null where all went as asked so far. Look again after running. */
  readonly notice: Notice | null;
  /** Where it computes now. */
  readonly device: ProviderName;
  /** Whether it has a head over the vocabulary. */
  readonly hasLogits: boolean;
  /**
   * States of a batch of token sequences. States at padding are arbitrary.
   * @throws UserError `model.too-long`, `model.token-range`, `model.no-tokens`
   */
  run(sequences: readonly (readonly number[])[], request: ModelRequest): Promise<ModelStates>;
  /** Where each node was computed, for models opened with `trace`. */
  placement(): Promise<readonly NodePlacement[]>;
  release(): Promise<void>;
}

/** Every layer, every head, and the logits. */
export function everything(config: ModelConfig): ModelRequest {
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  return { hidden: [...layers, config.layers], attention: layers, logits: true };
}

/** Loads a model for running. @throws UserError as `openSession` */
export async function openLanguageModel(
  folder: ModelFolder,
  options: SessionOptions = {},
): Promise<LanguageModel> {
  const { name, config } = folder;
  const session = await openGraph(buildModelGraph(folder), options);
  const hasLogits = session.outputs.some((output) => output.name === 'logits');
  const masked = session.inputs.some((input) => input.name === 'mask');
  return {
    name,
    config,
    get notice() {
      return session.notice;
    },
    get device() {
      return session.device;
    },
    hasLogits,
    async run(sequences, request) {
      checkSequences(sequences, folder);
      const { ids, mask, length } = padTokens(sequences, config.paddingId ?? 0);
      const feeds: Record<string, TensorValue> = masked ? { ids, mask } : { ids };
      const logits = request.logits && hasLogits;
      const outputs = [
        ...request.hidden.map(hiddenName),
        ...request.attention.map(attentionName),
        ...(logits ? ['logits'] : []),
      ];
      const results = await session.run(feeds, { outputs });
      const pick = (layers: readonly number[], nameOf: (layer: number) => string) =>
        new Map(layers.map((layer) => [layer, float32Of(results[nameOf(layer)], nameOf(layer))]));
      return {
        batch: sequences.length,
        sequence: length,
        hidden: pick(request.hidden, hiddenName),
        attention: pick(request.attention, attentionName),
        logits: logits ? float32Of(results.logits, 'logits') : null,
      };
    },
    placement: async () => (await session.placement?.()) ?? [],
    release: () => session.release(),
  };
}
