import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { decodeVoxels } from '../nifti/decode.ts';
import { dataOffset, readNiftiHeader } from '../nifti/open.ts';
import type { NiftiHeader } from '../nifti/types.ts';
import { blocksOf, streamBytes } from '../source.ts';
import { type CiftiAxis, parseCiftiXml } from './parse-xml.ts';

/** Extension code of the CIFTI XML. */
const CIFTI_EXTENSION = 32;
const BLOCK_VALUES = 1 << 15;

export interface Cifti {
  readonly path: string;
  readonly header: NiftiHeader;
  /** Sizes of the matrix dimensions: rows (maps, time, parcels) first, then columns (grayordinates, ...). */
  readonly shape: readonly number[];
  /** One per matrix dimension. */
  readonly axes: readonly CiftiAxis[];
  /**
   * Streams the values in the order of the file: the first dimension runs fastest, so value (row r, column c) is
   * number r + rows·c. A block is the same memory each time.
   */
  blocks(): AsyncGenerator<{ start: number; data: Float64Array }>;
}

/** Whether a header is CIFTI's: NIfTI-2 with an intent from 3000 to 3099. */
export function isCifti(header: NiftiHeader): boolean {
  return header.format === 'nifti2' && header.intentCode >= 3000 && header.intentCode < 3100;
}

/**
 * Opens a CIFTI-2 file (dense, parcellated, series, scalars, labels); told by its intent, not its name.
 * @throws UserError as `readNiftiHeader` does; `cifti.not-cifti`, `cifti.no-xml`, `cifti.damaged`
 */
export async function openCifti(path: string): Promise<Cifti> {
  const file = basename(path);
  const header = await readNiftiHeader(path);
  if (!isCifti(header)) throw new UserError('cifti.not-cifti', `${file} is not a CIFTI-2 file.`, { file });
  const extension = header.extensions.find(({ code }) => code === CIFTI_EXTENSION);
  if (extension === undefined) {
    throw new UserError(
      'cifti.no-xml',
      `${file} lacks the description of its rows and columns: the file is cut off.`,
      { file },
    );
  }
  const shape = header.shape.slice(4);
  const axes = parseCiftiXml(new TextDecoder().decode(extension.bytes).replace(/\0+$/, ''), shape, file);
  const total = shape.reduce((product, size) => product * size, 1);
  async function* blocks(): AsyncGenerator<{ start: number; data: Float64Array }> {
    const data = new Float64Array(BLOCK_VALUES);
    let start = 0;
    const bytes = streamBytes(path, { start: dataOffset(header), reuse: true });
    for await (const block of blocksOf(bytes, BLOCK_VALUES * header.datatype.bytes, true)) {
      const count = Math.min(Math.floor(block.length / header.datatype.bytes), total - start);
      if (count <= 0) break;
      const part = data.subarray(0, count);
      decodeVoxels(block.subarray(0, count * header.datatype.bytes), header, part);
      yield { start, data: part };
      start += count;
    }
    if (start < total) {
      throw new UserError(
        'cifti.truncated',
        `${file} ends after ${start} of ${total} values: the copy or download was cut short, get the file again.`,
        { file, found: start, expected: total },
      );
    }
  }
  return { path, header, shape, axes, blocks };
}
