import type { ItemText } from '../../contract/item-sets.ts';
import { bareForm } from '../../stimuli/spaces/word-form.ts';
import { zeros } from '../../tensor/matrix.ts';
import type { TextEmbeddings } from './embed-texts.ts';

/** Words to either side that count as neighbours, and how many of the commonest words are columns. */
const WINDOW = 3;
const CONTEXTS = 100;

/**
 * Embeddings counted from texts: positive pointwise mutual information of a word with the commonest words within three
 * words to either side (Church and Hanks 1990; Bullinaria and Levy 2007, doi 10.3758/BF03193020). Words that stand
 * alone have none.
 * @param texts whose words are wanted
 * @param corpus texts that are counted; no count crosses from one to the next
 */
export function coOccurrence(texts: readonly ItemText[], corpus: readonly ItemText[]): TextEmbeddings {
  const forms = corpus.map(({ words }) =>
    words.filter(({ counts }) => counts).map(({ text }) => bareForm(text)),
  );
  const frequency = new Map<string, number>();
  for (const form of forms.flat()) frequency.set(form, (frequency.get(form) ?? 0) + 1);
  const contexts = [...frequency]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, CONTEXTS)
    .map(([form]) => form);
  const columnOf = new Map(contexts.map((form, column) => [form, column]));
  const pairs = new Map<string, Float64Array>();
  for (const words of forms) {
    words.forEach((form, at) => {
      const row = pairs.get(form) ?? new Float64Array(contexts.length);
      pairs.set(form, row);
      for (let other = Math.max(0, at - WINDOW); other <= Math.min(words.length - 1, at + WINDOW); other++) {
        const column = columnOf.get(words[other]);
        if (other !== at && column !== undefined) row[column] += 1;
      }
    });
  }
  const vectors = positiveInformation(pairs, contexts.length);
  const all = texts.flatMap(({ words }) => words);
  const values = zeros(all.length, contexts.length);
  const known = new Uint8Array(all.length);
  all.forEach(({ text }, row) => {
    const vector = vectors.get(bareForm(text));
    if (vector === undefined) return;
    known[row] = 1;
    values.data.set(vector, row * contexts.length);
  });
  return { layers: [{ name: 'counts', values }], known };
}

/** max(0, log p(word, context) / p(word) p(context)); words without any positive value are dropped. */
function positiveInformation(
  pairs: ReadonlyMap<string, Float64Array>,
  columns: number,
): Map<string, Float64Array> {
  const columnSum = new Float64Array(columns);
  let total = 0;
  for (const row of pairs.values()) {
    row.forEach((count, column) => {
      columnSum[column] += count;
      total += count;
    });
  }
  const vectors = new Map<string, Float64Array>();
  for (const [form, row] of pairs) {
    const rowSum = row.reduce((sum, count) => sum + count, 0);
    const vector = row.map((count, column) =>
      count === 0 ? 0 : Math.max(0, Math.log((count * total) / (rowSum * columnSum[column]))),
    );
    const varies = vector.some((value) => value !== vector[0]);
    if (varies) vectors.set(form, vector);
  }
  return vectors;
}
