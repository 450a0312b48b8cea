import type { TrainedBpe } from './train-bpe.ts';

/** Special tokens of the two kinds of model that are trained here. */
export const SPECIAL_TOKENS = {
  gpt2: ['<|endoftext|>'],
  bert: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
} as const;

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };

/** [CLS] text [SEP], as BERT expects it. */
const framed = {
  type: 'TemplateProcessing',
  single: [
    { SpecialToken: { id: '[CLS]', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
  ],
  pair: [
    { SpecialToken: { id: '[CLS]', type_id: 0 } },
    { Sequence: { id: 'A', type_id: 0 } },
    { SpecialToken: { id: '[SEP]', type_id: 0 } },
    { Sequence: { id: 'B', type_id: 1 } },
    { SpecialToken: { id: '[SEP]', type_id: 1 } },
  ],
  special_tokens: Object.fromEntries(
    (['[CLS]', '[SEP]'] as const).map((token) => [
      token,
      { id: token, ids: [SPECIAL_TOKENS.bert.indexOf(token)], tokens: [token] },
    ]),
  ),
};

/** The two files that Hugging Face's tokenizers and transformers open. */
export interface TokenizerFiles {
  readonly 'tokenizer.json': string;
  readonly 'tokenizer_config.json': string;
}

/** Writes a trained byte-level BPE as tokenizer.json and tokenizer_config.json. */
export function tokenizerFiles(bpe: TrainedBpe, family: keyof typeof SPECIAL_TOKENS): TokenizerFiles {
  const special = SPECIAL_TOKENS[family];
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: family === 'bert' ? framed : { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(bpe.tokens.map((token, id) => [token, id])),
      merges: bpe.merges,
    },
  };
  const named =
    family === 'bert'
      ? {
          pad_token: '[PAD]',
          unk_token: '[UNK]',
          cls_token: '[CLS]',
          sep_token: '[SEP]',
          mask_token: '[MASK]',
        }
      : { bos_token: special[0], eos_token: special[0], unk_token: special[0] };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    ...named,
  };
  return {
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify(config, null, 2),
  };
}
