import { basename } from 'node:path';
import type { WordArea } from '../../analysis/eyetracking/reading-measures.ts';
import { UserError } from '../../core/errors.ts';
import { cellNumber, type DelimitedTable, readDelimited } from '../../formats/table/delimited.ts';

/**
 * Reads words as areas of interest from a table: a text column (word, character, text, label, content), edges (left,
 * top, right, bottom; start_x …; x_min …) or corner and size (top_left_x, top_left_y, width, height), optionally a
 * line number. Rows of single characters under a word column are joined into their words.
 * @throws UserError `file.*`, `table.*`, `words.no-areas`
 */
export async function readWordAreas(path: string): Promise<WordArea[]> {
  const table = await readDelimited(path);
  const find = (...patterns: readonly RegExp[]): number => {
    for (const pattern of patterns) {
      const at = table.columns.findIndex((name) => pattern.test(name));
      if (at >= 0) return at;
    }
    return -1;
  };
  const at = {
    word: find(/^word$/i, /^(text|label|content|token)$/i, /^character$/i, /^(name|aoi)$/i),
    left: find(/^(left|start_?x|x_?min|x1|top_left_x)$/i),
    top: find(/^(top|start_?y|y_?min|y1|top_left_y)$/i),
    right: find(/^(right|end_?x|x_?max|x2)$/i),
    bottom: find(/^(bottom|end_?y|y_?max|y2)$/i),
    width: find(/^width$/i),
    height: find(/^height$/i),
    line: find(/^line(_?(idx|index|number|no))?$/i),
    order: find(/^(word_?(idx|index|id)|char_idx_in_line)$/i),
  };
  if (
    at.word < 0 ||
    at.left < 0 ||
    at.top < 0 ||
    (at.right < 0 && at.width < 0) ||
    (at.bottom < 0 && at.height < 0)
  ) {
    const file = basename(path);
    throw new UserError(
      'words.no-areas',
      `${file} has no columns for words and their edges (found: ${table.columns.join(', ')}): name them word, left, top, right, bottom.`,
      { file, columns: table.columns.join(', ') },
    );
  }
  const pieces = table.rows.flatMap((row) => piece(table, row, at));
  return withLines(joinCharacters(pieces, table.columns.includes('char')));
}

type Places = Readonly<
  Record<'word' | 'left' | 'top' | 'right' | 'bottom' | 'width' | 'height' | 'line', number>
>;

function piece({ dialect }: DelimitedTable, row: readonly string[], at: Places): WordArea[] {
  const number = (index: number): number =>
    index < 0 ? Number.NaN : cellNumber(row[index], dialect.decimal);
  const [left, top] = [number(at.left), number(at.top)];
  const right = at.right < 0 ? left + number(at.width) : number(at.right);
  const bottom = at.bottom < 0 ? top + number(at.height) : number(at.bottom);
  const word = row[at.word];
  return word.trim() === '' || ![left, top, right, bottom].every(Number.isFinite)
    ? []
    : [{ word, line: number(at.line), left, top, right, bottom }];
}

/** Neighbouring rows of one word, which touch, become one area where the table's rows are characters. */
function joinCharacters(pieces: readonly WordArea[], characters: boolean): WordArea[] {
  if (!characters) return [...pieces];
  const words: WordArea[] = [];
  for (const one of pieces) {
    const last = words.at(-1);
    const same =
      last !== undefined &&
      last.word === one.word &&
      last.top === one.top &&
      Math.abs(one.left - last.right) < 1;
    if (same) words[words.length - 1] = { ...last, right: one.right };
    else words.push(one);
  }
  return words;
}

/** Numbers lines by their upper edges where the table does not. */
function withLines(words: readonly WordArea[]): WordArea[] {
  const tops = [...new Set(words.map(({ top }) => top))].sort((a, b) => a - b);
  return words.map((word) => (Number.isNaN(word.line) ? { ...word, line: tops.indexOf(word.top) } : word));
}
