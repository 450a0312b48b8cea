import { Tokenizer } from '@huggingface/tokenizers';
import { UserError } from '../../core/errors.ts';
import { openGguf } from '../../formats/gguf/gguf.ts';
import { type TextTokenizer, wrapTokenizer } from './hugging-face.ts';

/** Splitting before byte-pair merging, by the name that llama.cpp gives it. */
const SPLITTERS: Readonly<Record<string, readonly object[]>> = {
  'gpt-2': [],
  default: [],
  smollm: [{ type: 'Digits', individual_digits: true }],
};

/** Kind of a token that is never made from text: control marks. */
const CONTROL = 3;

/**
 * The byte-level byte-pair tokenizer inside a GGUF file.
 * @throws UserError `tokenizer.unsupported` for other kinds, and as `openGguf`
 */
export async function openGgufTokenizer(path: string, vocabularySize: number): Promise<TextTokenizer> {
  return wrapTokenizer(new Tokenizer(await readGgufTokenizer(path), {}), vocabularySize);
}

/** The same as the content of a tokenizer.json. @throws UserError as `openGgufTokenizer` */
export async function readGgufTokenizer(path: string): Promise<object> {
  const file = await openGguf(path);
  const { metadata } = file;
  await file.close();
  const list = (key: string) => {
    const value = metadata.get(`tokenizer.ggml.${key}`);
    return Array.isArray(value) ? value : [];
  };
  const kind = String(metadata.get('tokenizer.ggml.model') ?? 'none');
  const splitter = String(metadata.get('tokenizer.ggml.pre') ?? 'default');
  if (kind !== 'gpt2' || SPLITTERS[splitter] === undefined) {
    throw new UserError(
      'tokenizer.unsupported',
      `The tokenizer inside this file (${kind}, ${splitter}) is not supported. Give token ids instead of text.`,
      { kind, splitter },
    );
  }
  const tokens = list('tokens').map(String);
  const types = list('token_type').map(Number);
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    added_tokens: tokens.flatMap((content, id) =>
      types[id] === CONTROL
        ? [
            {
              id,
              content,
              single_word: false,
              lstrip: false,
              rstrip: false,
              normalized: false,
              special: true,
            },
          ]
        : [],
    ),
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [...SPLITTERS[splitter], byteLevel] },
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: list('merges').map(String),
    },
  };
}
