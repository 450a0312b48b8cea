import { UserError } from '../../core/errors.ts';
import type { ModelFolder } from '../folder/model-weights.ts';

/**
 * Makes sure that a model can take these token ids.
 * @throws UserError `model.too-long`, `model.token-range`, `model.no-tokens`
 */
export function checkSequences(
  sequences: readonly (readonly number[])[],
  { name, config }: Pick<ModelFolder, 'name' | 'config'>,
): void {
  for (const sequence of sequences) {
    if (sequence.length === 0)
      throw new UserError('model.no-tokens', 'There is nothing to run: a text has no tokens.');
    if (sequence.length > config.positions) {
      throw new UserError(
        'model.too-long',
        `A text has ${sequence.length} tokens, but ${name} takes ${config.positions} at most. Cut it into shorter pieces.`,
        { tokens: sequence.length, limit: config.positions, model: name },
      );
    }
    const wrong = sequence.find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabularySize));
    if (wrong !== undefined) {
      throw new UserError(
        'model.token-range',
        `Token id ${wrong} is not in the vocabulary of ${name} (0 to ${config.vocabularySize - 1}). The ids may come from another model's tokenizer.`,
        { id: wrong, model: name, size: config.vocabularySize },
      );
    }
  }
}
