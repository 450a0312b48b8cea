import { describe, expect, test } from 'vitest';
import { speak, spokenTokens } from '../../../main/studies/sample/word-times.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const text =
  'Call me Ishmael. Some years ago, never mind how long precisely, I sailed with Mr. Coffin to sea! Then I slept.';
const options = (seed: number) => ({ random: createRandom(seed), phonemes: () => 4, lead: 4, end: 60 });

describe('words as they would be read aloud', () => {
  test('punctuation becomes pauses, abbreviations do not end sentences', () => {
    const tokens = spokenTokens(text);
    expect(tokens.map((token) => token.text).slice(0, 4)).toEqual(['Call', 'me', 'Ishmael', 'Some']);
    expect(tokens.find((token) => token.text === 'Ishmael')?.pause).toBe('sentence');
    expect(tokens.find((token) => token.text === 'ago')?.pause).toBe('phrase');
    expect(tokens.find((token) => token.text === 'Mr')?.pause).toBe('none');
  });

  test('words follow one another without overlap, from the lead to before the end', () => {
    const { words, used } = speak(spokenTokens(text), options(3));
    expect(used).toBe(words.length);
    expect(words[0].onset).toBe(4);
    for (let index = 1; index < words.length; index += 1) {
      const before = words[index - 1];
      expect(words[index].onset).toBeGreaterThanOrEqual(before.onset + before.duration - 0.0015);
    }
    const last = words[words.length - 1];
    expect(last.onset + last.duration).toBeLessThanOrEqual(60);
  });

  test('one seed, one reading', () => {
    expect(speak(spokenTokens(text), options(3))).toEqual(speak(spokenTokens(text), options(3)));
    expect(speak(spokenTokens(text), options(4))).not.toEqual(speak(spokenTokens(text), options(3)));
  });
});
