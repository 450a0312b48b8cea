import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { UserError } from '../../core/errors.ts';

/** What a tokenizer.json tells of its vocabulary, marks that were added later left aside: some models use none of them. */
const vocabularySchema = z.looseObject({
  model: z.looseObject({ vocab: z.union([z.array(z.unknown()), z.record(z.string(), z.number())]) }),
});

/** Text to token ids and back, as a model's own tokenizer does it. */
export interface TextTokenizer {
  /** Ids of a text. `special` adds the marks that the model expects around a text. */
  encode(text: string, special: boolean): number[];
  decode(ids: readonly number[]): string;
}

/**
 * Opens tokenizer.json of a Hugging Face folder.
 * @param vocabularySize of the model, which the tokenizer must not pass
 * @throws UserError `tokenizer.missing`, `tokenizer.damaged`, `tokenizer.larger`
 */
export async function openHuggingFaceTokenizer(
  folder: string,
  vocabularySize: number,
): Promise<TextTokenizer> {
  const file = join(folder, 'tokenizer.json');
  if (!existsSync(file)) {
    throw new UserError(
      'tokenizer.missing',
      'The model folder holds no tokenizer.json. Give token ids instead of text, or add the file.',
    );
  }
  const configFile = join(folder, 'tokenizer_config.json');
  const { tokenizer, size } = await (async () => {
    try {
      const config: object = existsSync(configFile) ? JSON.parse(await readFile(configFile, 'utf8')) : {};
      const json: object = JSON.parse(await readFile(file, 'utf8'));
      const { vocab } = vocabularySchema.parse(json).model;
      const ids = Array.isArray(vocab) ? [vocab.length - 1] : Object.values(vocab);
      const size = ids.reduce((most, id) => Math.max(most, id + 1), 0);
      return { tokenizer: new Tokenizer(json, config), size };
    } catch {
      throw new UserError(
        'tokenizer.damaged',
        'tokenizer.json of the model folder cannot be read. Copy it again.',
      );
    }
  })();
  if (size > vocabularySize) {
    throw new UserError(
      'tokenizer.larger',
      `tokenizer.json knows ${size} tokens, more than the ${vocabularySize} of the model's embedding: it is of another model.`,
      { tokens: size, size: vocabularySize },
    );
  }
  return wrapTokenizer(tokenizer, vocabularySize);
}

/** @throws UserError `tokenizer.other-model` when it gives ids that the model does not have */
export function wrapTokenizer(tokenizer: Tokenizer, vocabularySize: number): TextTokenizer {
  const encode = (text: string, special: boolean) =>
    tokenizer.encode(text, { add_special_tokens: special }).ids;
  return {
    encode(text, special) {
      const ids = encode(text, special);
      const largest = ids.reduce((most, id) => Math.max(most, id), 0);
      if (largest >= vocabularySize) {
        throw new UserError(
          'tokenizer.other-model',
          `The tokenizer gives id ${largest}, but the model knows ${vocabularySize} tokens: tokenizer.json is of another model.`,
          { id: largest, size: vocabularySize },
        );
      }
      return ids;
    },
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: false }),
  };
}
