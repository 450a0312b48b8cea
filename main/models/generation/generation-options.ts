import type { ReportProgress } from '../../core/progress.ts';
import type { CausalReader } from './causal-reader.ts';
import type { TokenFilter } from './token-scores.ts';

/** A continuation under consideration. */
export interface BeamCandidate {
  /** The tokens after the prompt, the new one included. */
  readonly ids: readonly number[];
  /** Natural logarithm of the model's probability of these tokens. */
  readonly logProbability: number;
}

/**
 * What candidates are ranked by instead of their log-probability: a decoder of recordings adds here how well each fits what
 * was measured. One number a candidate, larger is better.
 */
export type BeamScorer = (candidates: readonly BeamCandidate[]) => Promise<readonly number[]>;

export interface BeamOptions {
  readonly beams: number;
  /** Finished texts are compared by score ÷ lengthᵖ; 0: by score alone, 1: by mean score per token. */
  readonly lengthPenalty: number;
  /** Candidates of each beam that a scorer is asked about; default twice the beams. */
  readonly breadth?: number;
  readonly scorer?: BeamScorer;
}

/** How the next token is chosen. */
export type Strategy =
  /** The likeliest token. */
  | { readonly kind: 'greedy' }
  /** Drawn from the distribution after temperature, then top-k, then nucleus; a text's draws depend on seed and place alone. */
  | {
      readonly kind: 'sample';
      readonly seed: number;
      readonly temperature?: number;
      readonly topK?: number;
      readonly nucleus?: number;
    }
  | ({ readonly kind: 'beam' } & BeamOptions);

export interface GenerationOptions {
  readonly strategy: Strategy;
  /** At most this many new tokens a text; the model's longest sequence is a second limit. */
  readonly newTokens: number;
  /** Tokens that end a text. */
  readonly stopIds: readonly number[];
  /** Applied before the strategy's own. */
  readonly filters: readonly TokenFilter[];
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
}

/** The continuation of one text. */
export interface Generated {
  /** New tokens, without the one that ended the text. */
  readonly ids: readonly number[];
  /** Natural logarithm of the model's own probability of all that was chosen, the ending token included. */
  readonly logProbability: number;
  /** By a stop token, the number of tokens asked for, or the model's longest sequence. */
  readonly ended: 'stop' | 'length' | 'model-limit';
}

/** How many tokens can follow a text: what was asked for, or what the model still takes. */
export function room(reader: CausalReader, text: readonly number[], asked: number): number {
  return Math.min(asked, reader.config.positions - text.length);
}
