import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPECIAL_TOKENS, tokenizerFiles } from '../../../main/models/tokenizers/tokenizer-json.ts';
import { trainBpe } from '../../../main/models/tokenizers/train-bpe.ts';

const folder = join(import.meta.dirname, '../../fixtures/tokenizers');
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const texts: string[] = read('text.json');
const learnt: { vocab: string[]; merges: string[][]; probes: { text: string; ids: number[] }[] } =
  read('bpe.json');
const signal = new AbortController().signal;
const train = (given: readonly string[], vocabularySize: number, family: 'gpt2' | 'bert' = 'gpt2') =>
  trainBpe(given, { vocabularySize, specialTokens: SPECIAL_TOKENS[family] }, signal, () => {});

test('learns the very tokens and merges that the reference trainer learns', async () => {
  const bpe = await train(texts, 700);
  expect(bpe.tokens).toEqual(learnt.vocab);
  expect(bpe.merges).toEqual(learnt.merges);
});

test('tokenizer.json opens, gives the reference ids, and decodes any text to itself', async () => {
  const files = tokenizerFiles(await train(texts, 700), 'gpt2');
  const tokenizer = new Tokenizer(
    JSON.parse(files['tokenizer.json']),
    JSON.parse(files['tokenizer_config.json']),
  );
  for (const { text, ids } of learnt.probes) expect(tokenizer.encode(text).ids, text).toEqual(ids);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      // Text that spells a special token is that token.
      fc.pre(!text.includes('<|endoftext|>'));
      expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
    }),
  );
});

test('a tokenizer for BERT frames a text and knows its marks', async () => {
  const files = tokenizerFiles(await train(texts, 400, 'bert'), 'bert');
  const tokenizer = new Tokenizer(
    JSON.parse(files['tokenizer.json']),
    JSON.parse(files['tokenizer_config.json']),
  );
  const ids = tokenizer.encode('the Congress').ids;
  expect([ids[0], ids.at(-1)]).toEqual([2, 3]);
  expect(tokenizer.encode('the [MASK]', { add_special_tokens: false }).ids).toContain(4);
});

test('a text too short for the vocabulary gives fewer tokens, and no pair of frequency one', async () => {
  const { tokens, merges } = await train(['ab ab ab cd'], 5000);
  expect(merges).toEqual([
    ['a', 'b'],
    ['Ġ', 'ab'],
  ]);
  expect(tokens).toHaveLength(1 + 256 + 2);
});
