import { z } from 'zod';
import { UserError } from '../../core/errors.ts';

/** How positions are turned into rotations. */
export interface RotaryConfig {
  readonly base: number;
  /** Components of each head that are rotated; the rest pass. */
  readonly dimensions: number;
  /** `linear`: positions ÷ factor. `llama3`: long wavelengths stretched (Llama 3.1). `yarn`: Peng et al. 2023, arXiv 2309.00071. */
  readonly scaling:
    | { readonly kind: 'none' }
    | { readonly kind: 'linear'; readonly factor: number }
    | {
        readonly kind: 'llama3';
        readonly factor: number;
        readonly lowFactor: number;
        readonly highFactor: number;
        readonly originalPositions: number;
      }
    | {
        readonly kind: 'yarn';
        readonly factor: number;
        /** Sines and cosines are multiplied by this. */
        readonly attentionFactor: number;
        /** Turns over the original positions above which a pair is left alone, and below which it is slowed down whole. */
        readonly fastTurns: number;
        readonly slowTurns: number;
        readonly originalPositions: number;
        /** Whether the pairs between which it blends are rounded outwards. */
        readonly rounded: boolean;
      };
}

/** Base of the wavelengths; at 1 or below none of them would be longer than the first. */
const base = z.number().gt(1);

const scalingSchema = z.looseObject({
  type: z.string().optional(),
  rope_type: z.string().optional(),
  factor: z.number().positive().nullish(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: z.number().positive().nullish(),
  rope_theta: base.optional(),
  partial_rotary_factor: z.number().optional(),
  attention_factor: z.number().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  beta_fast: z.number().positive().nullish(),
  beta_slow: z.number().positive().nullish(),
  truncate: z.boolean().optional(),
});

/** Keys of a config.json that speak of rotary positions. transformers 5 gathers them all in rope_parameters. */
export const rotaryKeys = {
  rope_theta: base.optional(),
  rotary_emb_base: base.optional(),
  rotary_pct: z.number().optional(),
  rope_scaling: scalingSchema.nullish(),
  rope_parameters: scalingSchema.nullish(),
};
const rotarySchema = z.object(rotaryKeys);

/** Says that a model has something that is not known here. */
export function unsupported(what: string): UserError {
  return new UserError('model.unsupported', `This model cannot be opened: ${what}.`, { what });
}

/**
 * Rotary positions of a config.json, as transformers 4 or 5 writes it.
 * @param share part of each head that is rotated where the file does not say
 * @param positions longest sequence, in tokens
 * @throws UserError `model.unsupported`, `model.config` where nothing, or an odd number of components, would be rotated
 */
export function rotaryConfig(
  keys: z.infer<typeof rotarySchema>,
  headWidth: number,
  share: number,
  positions: number,
): RotaryConfig {
  const gathered = keys.rope_parameters ?? undefined;
  const dimensions = Math.floor(headWidth * (gathered?.partial_rotary_factor ?? keys.rotary_pct ?? share));
  if (dimensions <= 0 || dimensions > headWidth || dimensions % 2 !== 0) {
    throw new UserError(
      'model.config',
      `config.json is incomplete or malformed at "rotary positions": ${dimensions} of ${headWidth} components of each head cannot be rotated.`,
      { where: 'rotary positions' },
    );
  }
  return {
    base: gathered?.rope_theta ?? keys.rope_theta ?? keys.rotary_emb_base ?? 10_000,
    dimensions,
    scaling: scaling(gathered ?? keys.rope_scaling ?? undefined, positions),
  };
}

function scaling(
  given: z.infer<typeof scalingSchema> | undefined,
  positions: number,
): RotaryConfig['scaling'] {
  const kind = given?.rope_type ?? given?.type ?? 'default';
  const factor = given?.factor ?? 1;
  // "dynamic" changes nothing up to the trained length, and longer sequences are refused.
  if (kind === 'default' || kind === 'dynamic') return { kind: 'none' };
  if (kind === 'linear') return { kind: 'linear', factor };
  if (kind === 'llama3') {
    return {
      kind: 'llama3',
      factor,
      lowFactor: given?.low_freq_factor ?? 1,
      highFactor: given?.high_freq_factor ?? 4,
      originalPositions: given?.original_max_position_embeddings ?? 8192,
    };
  }
  if (kind === 'yarn') {
    return {
      kind: 'yarn',
      factor,
      attentionFactor: given?.attention_factor ?? yarnAttention(factor, given?.mscale, given?.mscale_all_dim),
      fastTurns: given?.beta_fast ?? 32,
      slowTurns: given?.beta_slow ?? 1,
      originalPositions: given?.original_max_position_embeddings ?? positions,
      rounded: given?.truncate ?? true,
    };
  }
  throw unsupported(`its rotary scaling "${kind}" is not supported`);
}

/** What YaRN multiplies sines and cosines by where the file does not say: 0.1 · ln(factor) + 1, or a ratio of two such. */
function yarnAttention(factor: number, over?: number | null, under?: number | null): number {
  const at = (scale: number) => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  return over && under ? at(over) / at(under) : at(1);
}
