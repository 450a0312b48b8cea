import { countCells } from './cells.ts';
import type { PressureFormat } from './recording.ts';

/** Numbers on one line from which on it is a frame, not a row of a table. */
const FRAME_CELLS = 256;
/** Columns from which on a block of bare numbers may be a mat. */
const BLOCK_COLS = 12;

/**
 * Tells pressure files by the text at their start (4 kB will do); null where it is no pressure file that can be told.
 * Bare numbers are one where a line has 256 and more of them, or where blocks of 12 and more columns hold no minus.
 */
export function pressureKind(text: string): PressureFormat | null {
  const start = text.replace(/^\uFEFF/, '');
  if (/^\s*"?DATA_TYPE[" ,\t;]/.test(start) && /Tekscan|ROW_SPACING|SENSEL_AREA/.test(start))
    return 'tekscan';
  if (/Pict-No\.?:/.test(start) && /Matrix:/.test(start)) return 'novel-emed';
  if (/^\s*file name:/i.test(start) && /^\s*(sensor type|mat type)/im.test(start)) {
    return /^\s*mat type/im.test(start) || /^electrical:/im.test(start) ? 'novel-pliance' : 'novel-pedar';
  }
  if (/^"?(File|Frame):?"?,/i.test(start) && /Sensel Width|\.XSN/i.test(start)) return 'xsensor';
  if (/^\s*\{/.test(start) && /"\w+_rows"\s*:/.test(start) && /"\w+_columns"\s*:/.test(start)) return 'popu';
  if (/^\s*Frame Index:\s*\d+/i.test(start)) return 'frame-blocks';
  if (/^\W*R0C0\b/i.test(start)) return 'frame-lines';
  if (/^\W*\w*time\w*\W+R0C0\b/i.test(start)) return 'frame-table';
  return numbersOnly(start);
}

function numbersOnly(text: string): PressureFormat | null {
  if (!/^[\s\d.,;eE+-]*$/.test(text) || !/\d/.test(text)) return null;
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const counts = whole.map((line) => countCells(line));
  if (counts.some(({ bad }) => bad > 0) && lines.length > 1) return null;
  const first = counts[0].count;
  if (first >= FRAME_CELLS) return 'frame-lines';
  const even = counts.every(({ count }) => count === first);
  return even && first >= BLOCK_COLS && lines.length >= 6 && !/-/.test(text) ? 'frame-blocks' : null;
}
