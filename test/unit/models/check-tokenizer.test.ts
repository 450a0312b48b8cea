import { describe, expect, test } from 'vitest';
import { checkTokenizer } from '../../../main/models/tokenizers/check-tokenizer.ts';

/** A tokenizer.json of so many pieces, with marks at their places, as models that are out have them. */
function tokenizer(pieces: number, added: Readonly<Record<number, string>>, own: readonly string[] = []) {
  const vocab = Object.fromEntries(
    Array.from({ length: pieces }, (_, at) => [own[at] ?? added[at] ?? `piece${at}`, at]),
  );
  const added_tokens = Object.entries(added).map(([at, content]) => ({
    id: Number(at),
    content,
    special: true,
  }));
  return { added_tokens, model: { vocab } };
}

const qwen2 = tokenizer(151_643, { 151643: '<|endoftext|>', 151644: '<|im_start|>', 151645: '<|im_end|>' });
const pythia = tokenizer(50_254, { 0: '<|endoftext|>', 1: '<|padding|>' });
const smol = tokenizer(49_152, { 0: '<|endoftext|>', 1: '<|im_start|>', 2: '<|im_end|>' });
const gpt2 = tokenizer(50_257, { 50256: '<|endoftext|>' }, ['!', '"', '#']);
const llama = tokenizer(32_000, { 0: '<unk>', 1: '<s>', 2: '</s>' });

const check = (json: object, modelConfig: object, size: number, tokenizerConfig: object = {}) =>
  checkTokenizer({ tokenizer: json, tokenizerConfig, modelConfig }, size);

describe('a tokenizer of the model itself', () => {
  test.each([
    ['Qwen2, padded to 151 936', qwen2, { bos_token_id: 151_643, eos_token_id: 151_643 }, 151_936],
    ['Qwen2 of 7 B, padded to 152 064', qwen2, { bos_token_id: 151_643, eos_token_id: 151_645 }, 152_064],
    ['Pythia, padded to 50 304', pythia, { bos_token_id: 0, eos_token_id: 0 }, 50_304],
    ['Pythia of 6.9 B, padded to 50 432', pythia, { bos_token_id: 0, eos_token_id: 0 }, 50_432],
    ['SmolLM2', smol, { bos_token_id: 1, eos_token_id: 2, pad_token_id: 2 }, 49_152],
    ['Phi-2, padded to 51 200', gpt2, { bos_token_id: 50_256, eos_token_id: 50_256 }, 51_200],
    ['several ends', llama, { bos_token_id: 1, eos_token_id: [2, 31_999] }, 32_000],
    ['settings of a larger model', tokenizer(21_128, { 0: '[PAD]' }), { eos_token_id: 50_256 }, 21_128],
    ['no settings', tokenizer(60, {}), {}, 96],
  ])('%s is accepted', (_, json, config, size) => {
    expect(() => check(json, config, size)).not.toThrow();
  });

  test('a mark that only tokenizer_config.json names counts', () => {
    const json = tokenizer(100, {}, ['STOP']);
    expect(() => check(json, { eos_token_id: 0 }, 100, { eos_token: { content: 'STOP' } })).not.toThrow();
    expect(() => check(json, { eos_token_id: 0 }, 100)).toThrow('is of another model');
  });
});

describe('a tokenizer of another model', () => {
  test.each([
    ['GPT-2 in Pythia', gpt2, { bos_token_id: 0, eos_token_id: 0 }, 50_304, 'tokenizer.other-marks'],
    ['GPT-2 in Qwen2', gpt2, { eos_token_id: 151_643 }, 151_936, 'tokenizer.smaller'],
    ['Llama 2 in SmolLM2', llama, { bos_token_id: 1, eos_token_id: 2 }, 49_152, 'tokenizer.smaller'],
    [
      'SmolLM2 in GPT-2',
      smol,
      { bos_token_id: 50_256, eos_token_id: 40_000 },
      50_257,
      'tokenizer.other-marks',
    ],
    ['Qwen2 in GPT-2', qwen2, { eos_token_id: 50_256 }, 50_257, 'tokenizer.larger'],
  ])('%s is refused', (_, json, config, size, code) => {
    expect(() => check(json, config, size)).toThrow(expect.objectContaining({ code }));
  });
});
