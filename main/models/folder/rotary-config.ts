import { z } from 'zod';
import { UserError } from '../../core/errors.ts';

/** How positions are turned into rotations. */
export interface RotaryConfig {
  readonly base: number;
  /** Components of each head that are rotated; the rest pass. */
  readonly dimensions: number;
  /** `linear`: positions ÷ factor. `llama3`: long wavelengths stretched (Llama 3.1). */
  readonly scaling:
    | { readonly kind: 'none' }
    | { readonly kind: 'linear'; readonly factor: number }
    | {
        readonly kind: 'llama3';
        readonly factor: number;
        readonly lowFactor: number;
        readonly highFactor: number;
        readonly originalPositions: number;
      };
}

const scalingSchema = z.looseObject({
  type: z.string().optional(),
  rope_type: z.string().optional(),
  factor: z.number().optional(),
  low_freq_factor: z.number().optional(),
  high_freq_factor: z.number().optional(),
  original_max_position_embeddings: z.number().optional(),
  rope_theta: z.number().optional(),
  partial_rotary_factor: z.number().optional(),
});

/** Keys of a config.json that speak of rotary positions. transformers 5 gathers them all in rope_parameters. */
export const rotaryKeys = {
  rope_theta: z.number().optional(),
  rotary_emb_base: z.number().optional(),
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
 * @throws UserError `model.unsupported`, `model.config` where nothing, or an odd number of components, would be rotated
 */
export function rotaryConfig(
  keys: z.infer<typeof rotarySchema>,
  headWidth: number,
  share: number,
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
    scaling: scaling(gathered ?? keys.rope_scaling ?? undefined),
  };
}

function scaling(given: z.infer<typeof scalingSchema> | undefined): RotaryConfig['scaling'] {
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
  throw unsupported(`its rotary scaling "${kind}" is not supported`);
}
