import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readWhole } from '../source.ts';
import { damaged } from './surface.ts';

export interface AnnotationEntry {
  readonly name: string;
  /** Red, green, blue, transparency, 0 to 255. */
  readonly colour: readonly [number, number, number, number];
  /** R + 256·G + 65536·B, by which vertices name their region. */
  readonly packed: number;
}

export interface FreeSurferAnnotation {
  /** Index into `table` a vertex; −1 where the vertex names no entry ("unassigned"). */
  readonly labels: Int32Array;
  readonly table: readonly AnnotationEntry[];
  readonly fileName: string;
}

/**
 * Reads a parcellation (lh.aparc.annot), colour tables of version 1 and 2.
 * @throws UserError `file.*`, `freesurfer.not-annotation`, `freesurfer.damaged`
 */
export async function readFreeSurferAnnotation(path: string): Promise<FreeSurferAnnotation> {
  return parseFreeSurferAnnotation(await readWhole(path), basename(path));
}

/** As `readFreeSurferAnnotation`, from bytes. */
export function parseFreeSurferAnnotation(bytes: Uint8Array, file: string): FreeSurferAnnotation {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const int = (): number => {
    if (at + 4 > bytes.length) throw damaged(file);
    at += 4;
    return view.getInt32(at - 4);
  };
  const text = (): string => {
    const length = int();
    if (length < 0 || at + length > bytes.length) throw damaged(file);
    at += length;
    return Buffer.from(bytes.subarray(at - length, at))
      .toString('utf8')
      .replace(/\0.*$/s, '');
  };
  const count = int();
  if (count < 0 || 4 + 8 * count > bytes.length) {
    throw new UserError('freesurfer.not-annotation', `${file} is not a FreeSurfer annotation.`, { file });
  }
  const packed = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const vertex = int();
    const value = int();
    if (vertex < 0 || vertex >= count) throw damaged(file);
    packed[vertex] = value;
  }
  if (at + 4 > bytes.length || int() === 0)
    return { labels: new Int32Array(count).fill(-1), table: [], fileName: '' };
  const { table, fileName } = readTable(int, text, file);
  const positions = new Map(table.map((entry, position) => [entry.packed, position]));
  return { labels: packed.map((value) => positions.get(value) ?? -1), table, fileName };
}

function readTable(
  int: () => number,
  text: () => string,
  file: string,
): { table: AnnotationEntry[]; fileName: string } {
  const entry = (): AnnotationEntry => {
    const name = text();
    const [red, green, blue, transparency] = [int(), int(), int(), int()];
    return { name, colour: [red, green, blue, transparency], packed: red + 256 * green + 65_536 * blue };
  };
  const first = int();
  if (first > 0) {
    const fileName = text();
    return { table: Array.from({ length: checkedCount(first, file) }, entry), fileName };
  }
  if (first !== -2) throw damaged(file);
  const size = checkedCount(int(), file);
  const fileName = text();
  const given = checkedCount(int(), file);
  const slots = new Map<number, AnnotationEntry>();
  for (let n = 0; n < given; n++) {
    const slot = int();
    if (slot < 0 || slot >= Math.max(size, given)) throw damaged(file);
    slots.set(slot, entry());
  }
  return { table: [...slots.entries()].sort(([a], [b]) => a - b).map(([, one]) => one), fileName };
}

function checkedCount(count: number, file: string): number {
  if (count < 0 || count > 100_000) throw damaged(file);
  return count;
}
