import type { ItemText, ItemWord } from '../../contract/item-sets.ts';
import { tuningCurves } from '../../stimuli/spaces/tuned-form.ts';
import { endsSentence } from '../../stimuli/spaces/word-form.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { TextEmbeddings } from './embed-texts.ts';

/** Seconds before a word's end in which words are counted for the rate. */
const RATE_SECONDS = 3;

/** Centres of the tuning curves of share of the text, words into the sentence, words in the sentence, words a second. */
const CENTRES = {
  share: evenly(0, 1, 9),
  into: evenly(0, 24, 9),
  length: evenly(0, 32, 9),
  rate: evenly(0, 8, 9),
} as const;

function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => from + ((to - from) * at) / (count - 1));
}

/**
 * What is known of words from their place alone: share of the text, words into the sentence, length of the sentence,
 * and, where words have times, words a second; each as a population of tuned units, so that words in alike places have
 * similar vectors. The control for position, sentence length and word rate: it knows neither form nor meaning.
 */
export function placeControl(texts: readonly ItemText[]): TextEmbeddings {
  const measures = texts.flatMap(({ words }) => placesOf(words));
  const columns = Object.values(CENTRES).reduce((sum, centres) => sum + centres.length, 0);
  const values = zeros(measures.length, columns);
  measures.forEach(({ share, into, length, rate }, row) => {
    const curves = [
      ...tuningCurves(share, CENTRES.share),
      ...tuningCurves(into, CENTRES.into),
      ...tuningCurves(length, CENTRES.length),
      ...(rate === null ? CENTRES.rate.map(() => 0) : tuningCurves(rate, CENTRES.rate)),
    ];
    values.data.set(curves, row * columns);
  });
  return { layers: [{ name: 'value', values }], known: new Uint8Array(measures.length).fill(1) };
}

/** Place of every word of one text; words that do not count, such as punctuation, take no place of their own. */
function placesOf(words: readonly ItemWord[]) {
  const sentenceOf: number[] = [];
  const into: number[] = [];
  const lengths = [0];
  words.forEach(({ text, counts }) => {
    const sentence = lengths.length - 1;
    sentenceOf.push(sentence);
    into.push(lengths[sentence]);
    if (counts) lengths[sentence] += 1;
    if (endsSentence(text)) lengths.push(0);
  });
  return words.map(({ end }, at) => ({
    share: words.length > 1 ? at / (words.length - 1) : 0,
    into: into[at],
    length: lengths[sentenceOf[at]],
    rate:
      end === null
        ? null
        : words.filter(
            (other) =>
              other.counts && other.end !== null && other.end <= end && other.end > end - RATE_SECONDS,
          ).length / RATE_SECONDS,
  }));
}
