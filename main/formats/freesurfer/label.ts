import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';

export interface FreeSurferLabel {
  readonly comment: string;
  /** Vertex numbers; −1 for points that belong to no vertex. */
  readonly vertices: Int32Array;
  /** x, y, z a point. */
  readonly coordinates: Float32Array;
  readonly values: Float32Array;
}

/** Reads a FreeSurfer .label text file. @throws UserError `file.*`, `freesurfer.not-label` */
export async function readFreeSurferLabel(path: string): Promise<FreeSurferLabel> {
  const { text } = await readText(path);
  const file = basename(path);
  const [comment, countLine, ...lines] = text.split(/\r?\n/);
  const count = Number(countLine);
  const rows = lines
    .slice(0, Number.isInteger(count) ? count : 0)
    .map((line) => line.trim().split(/\s+/).map(Number));
  if (
    !comment.startsWith('#') ||
    rows.length !== count ||
    rows.some((row) => row.length < 5 || row.some(Number.isNaN))
  ) {
    throw new UserError(
      'freesurfer.not-label',
      `${file} is not a whole FreeSurfer label file (its points are not as many as its second line says): get it again.`,
      { file },
    );
  }
  return {
    comment: comment.slice(1).trim(),
    vertices: Int32Array.from(rows, (row) => row[0]),
    coordinates: Float32Array.from(rows.flatMap((row) => row.slice(1, 4))),
    values: Float32Array.from(rows, (row) => row[4]),
  };
}
