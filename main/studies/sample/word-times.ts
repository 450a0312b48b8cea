import type { Word } from '../../contract/stimuli.ts';
import type { Random } from '../../tensor/random/xoshiro.ts';

/** One word of a text with the silence that follows it. */
interface SpokenToken {
  readonly text: string;
  readonly pause: 'none' | 'phrase' | 'sentence';
}

const abbreviations = /^(mr|mrs|ms|dr|st|hon|gen|messrs|no|vs)\.$/i;

/**
 * Words of a running text as they would be read aloud: without punctuation, each with the kind of pause that its
 * punctuation asks for. Tokens without a letter or digit are dropped.
 */
export function spokenTokens(text: string): SpokenToken[] {
  return text
    .split(/[\s\u2014]+|--+/)
    .map((token): SpokenToken => {
      const word = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
      const tail = token.slice(token.lastIndexOf(word) + word.length);
      if (/[.!?]/.test(tail) && !abbreviations.test(token)) return { text: word, pause: 'sentence' };
      return { text: word, pause: /[,;:]/.test(tail) ? 'phrase' : 'none' };
    })
    .filter((token) => token.text !== '');
}

export interface SpeechOptions {
  readonly random: Random;
  /** Phonemes of a word. */
  readonly phonemes: (word: string) => number;
  /** Silence before the first word, in seconds. */
  readonly lead: number;
  /** No word ends later than this, in seconds. */
  readonly end: number;
}

/**
 * Plausible word times: 70 ms a phoneme plus 50 ms a word with 15 % jitter, 0.2 s at commas, 0.75 to 1.1 s between
 * sentences, at a tempo that wanders slowly by ± 15 %. Times are rounded to milliseconds, as an aligner would
 * write them.
 * @returns the words that fit before `end`, and how many tokens they took
 */
export function speak(
  tokens: readonly SpokenToken[],
  options: SpeechOptions,
): { readonly words: Word[]; readonly used: number } {
  const { random } = options;
  const words: Word[] = [];
  let at = options.lead;
  let tempo = 1;
  let used = 0;
  for (const token of tokens) {
    tempo = Math.min(1.15, Math.max(0.85, tempo + 0.02 * random.normal()));
    const phonemes = Math.max(1, options.phonemes(token.text));
    const duration = (0.05 + 0.07 * phonemes) * tempo * Math.max(0.6, 1 + 0.15 * random.normal());
    if (at + duration > options.end) break;
    words.push({ text: token.text, onset: milliseconds(at), duration: milliseconds(duration) });
    at += duration;
    if (token.pause === 'phrase') at += 0.15 + 0.1 * random.uniform();
    if (token.pause === 'sentence') at += 0.75 + 0.35 * random.uniform();
    used += 1;
  }
  return { words, used };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
