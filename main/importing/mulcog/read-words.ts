import { basename, join } from 'node:path';
import type { ItemText } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import { readMatArray } from '../../formats/mat/read-array.ts';
import { numberOf, readTsv } from '../../formats/table/tsv.ts';
import { readText } from '../../formats/text/decode-text.ts';
import { columnNotices, type ItemData, plainUnit, requireRows } from './item-data.ts';

/** A list of words out of context: every word is a text of its own. */
function wordTexts(words: readonly string[]): Pick<ItemData, 'texts' | 'rows'> {
  return {
    texts: words.map((text): ItemText => ({ name: text, words: [{ text, end: null, counts: true }] })),
    rows: { kind: 'words', text: words.map((_, index) => index), word: words.map(() => 0) },
  };
}

/**
 * Word fMRI: `word/word.txt`, one word a line, and `word_fmri/<subject>_selected.mat` with `examples`, words × voxels.
 * @throws UserError `mulcog.rows-mismatch`, `mat.*`, `file.*`
 */
export async function readWordFmri(root: string, path: string): Promise<ItemData> {
  const list = join(root, 'word', 'word.txt');
  const words = (await readText(list)).text.split(/\r?\n/).map((line) => line.trim());
  const kept = words.filter((word) => word !== '');
  const { shape, data } = await readMatArray(path, 'examples');
  requireRows(basename(path), shape[0], kept.length, 'words in word.txt');
  const matrix = { rows: shape[0], cols: shape[1], data };
  return {
    ...wordTexts(kept),
    units: [plainUnit('selected voxels', matrix.cols)],
    sensors: null,
    data: matrix,
    files: [list, path],
    notices: columnNotices(matrix),
  };
}

/**
 * Subjective ratings: a table with the word in the first column and one rating a further column.
 * @throws UserError `mulcog.rating-cell`, `table.*`, `file.*`
 */
export async function readRatings(path: string): Promise<ItemData> {
  const table = await readTsv(path);
  const measures = table.columns.slice(1);
  const data = new Float32Array(table.rows.length * measures.length);
  table.rows.forEach((cells, row) => {
    measures.forEach((measure, col) => {
      const value = numberOf(cells[col + 1]);
      if (value === undefined) {
        throw new UserError(
          'mulcog.rating-cell',
          `${basename(path)}: the rating ${measure} of "${cells[0]}" is "${cells[col + 1]}", which is no number.`,
          { file: basename(path), measure, word: cells[0], cell: cells[col + 1] },
        );
      }
      data[row * measures.length + col] = value;
    });
  });
  const matrix = { rows: table.rows.length, cols: measures.length, data };
  return {
    ...wordTexts(table.rows.map(([word]) => word)),
    units: measures.map((name) => plainUnit(name, 1)),
    sensors: null,
    data: matrix,
    files: [path],
    notices: columnNotices(matrix),
  };
}
