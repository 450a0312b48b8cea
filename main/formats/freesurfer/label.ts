import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';

export interface FreeSurferLabel {
  readonly comment: string;
  /** Points that the second line tells of: another number than there are where the file was cut. */
  readonly promised: number;
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
  const promised = Number(countLine);
  const rows = lines.filter((line) => line.trim() !== '').map((line) => line.trim().split(/\s+/).map(Number));
  if (
    !comment.startsWith('#') ||
    !Number.isInteger(promised) ||
    rows.some((row) => row.length < 5 || row.some(Number.isNaN))
  ) {
    throw new UserError(
      'freesurfer.not-label',
      `${file} is not a whole FreeSurfer label file (its lines are not of five numbers each): get it again.`,
      { file },
    );
  }
  return {
    comment: comment.slice(1).trim(),
    promised,
    vertices: Int32Array.from(rows, (row) => row[0]),
    coordinates: Float32Array.from(rows.flatMap((row) => row.slice(1, 4))),
    values: Float32Array.from(rows, (row) => row[4]),
  };
}
