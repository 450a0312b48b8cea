import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { UserError } from '../../core/errors.ts';
import { checkTokenizer } from './check-tokenizer.ts';

/** Text to token ids and back, as a model's own tokenizer does it. */
export interface TextTokenizer {
  /** Ids of a text. `special` adds the marks that the model expects around a text. */
  encode(text: string, special: boolean): number[];
  decode(ids: readonly number[]): string;
}

/**
 * Opens tokenizer.json of a Hugging Face folder.
 * @param vocabularySize of the model, which the tokenizer must not pass
 * @throws UserError `tokenizer.missing`, `tokenizer.damaged`, and as `checkTokenizer`
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
  const parsed = async (name: string): Promise<object> => {
    const path = join(folder, name);
    return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
  };
  try {
    const [json, config] = [await parsed('tokenizer.json'), await parsed('tokenizer_config.json')];
    checkTokenizer(
      { tokenizer: json, tokenizerConfig: config, modelConfig: await parsed('config.json') },
      vocabularySize,
    );
    return wrapTokenizer(new Tokenizer(json, config), vocabularySize);
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown;
    throw new UserError(
      'tokenizer.damaged',
      'tokenizer.json of the model folder cannot be read. Copy it again.',
    );
  }
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
