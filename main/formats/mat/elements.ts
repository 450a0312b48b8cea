import type { AnyTypedArray } from '../../contract/typed-arrays.ts';
import { swapBytes } from '../npy/npy.ts';
import { damagedMat } from './errors.ts';

/** Data types of elements (MAT-File Format R2024a, table 1-1). */
export const mi = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

type MakeArray = new (buffer: ArrayBufferLike, offset?: number, length?: number) => AnyTypedArray;

/** Numbers of so many bytes lie in the memory of their variable; copies of small ones let that memory go. */
const SHARED = 64 << 10;

/** How values of each numeric type lie in memory, with NumPy's name. */
export const numericTypes: Readonly<Record<number, { make: MakeArray; width: number; name: string }>> = {
  [mi.int8]: { make: Int8Array, width: 1, name: 'int8' },
  [mi.uint8]: { make: Uint8Array, width: 1, name: 'uint8' },
  [mi.int16]: { make: Int16Array, width: 2, name: 'int16' },
  [mi.uint16]: { make: Uint16Array, width: 2, name: 'uint16' },
  [mi.int32]: { make: Int32Array, width: 4, name: 'int32' },
  [mi.uint32]: { make: Uint32Array, width: 4, name: 'uint32' },
  [mi.single]: { make: Float32Array, width: 4, name: 'float32' },
  [mi.double]: { make: Float64Array, width: 8, name: 'float64' },
  [mi.int64]: { make: BigInt64Array, width: 8, name: 'int64' },
  [mi.uint64]: { make: BigUint64Array, width: 8, name: 'uint64' },
  [mi.utf8]: { make: Uint8Array, width: 1, name: 'uint8' },
  [mi.utf16]: { make: Uint16Array, width: 2, name: 'uint16' },
  [mi.utf32]: { make: Uint32Array, width: 4, name: 'uint32' },
};

export interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Walks the data elements of a version 5 file within given bytes; nothing is read past their end. */
export class Elements {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly file: string;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array, littleEndian: boolean, file: string) {
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.file = file;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether nothing but padding is left. */
  get done(): boolean {
    return this.at + 8 > this.bytes.length;
  }

  /**
   * The type and size of the next element and where its values begin, without asking for them to be there. Small
   * elements are none. @throws UserError `mat.damaged`
   */
  peek(): { readonly type: number; readonly size: number; readonly start: number } {
    if (this.at + 8 > this.bytes.length) throw damagedMat(this.file, 'it ends in the middle of a variable');
    const type = this.view.getUint32(this.at, this.littleEndian);
    return { type, size: this.view.getUint32(this.at + 4, this.littleEndian), start: this.at + 8 };
  }

  /** The next element, small (4 bytes inside the tag) or full (padded to 8 bytes). @throws UserError `mat.damaged` */
  next(): Element {
    if (this.at + 8 > this.bytes.length) throw damagedMat(this.file, 'it ends in the middle of a variable');
    const head = this.view.getUint32(this.at, this.littleEndian);
    const small = head >>> 16;
    if (small > 0) {
      if (small > 4) throw damagedMat(this.file, `a small element claims ${small} bytes`);
      const bytes = this.bytes.subarray(this.at + 4, this.at + 4 + small);
      this.at += 8;
      return { type: head & 0xffff, bytes };
    }
    const size = this.view.getUint32(this.at + 4, this.littleEndian);
    const start = this.at + 8;
    if (start + size > this.bytes.length) {
      throw damagedMat(
        this.file,
        `an element claims ${size} bytes where ${this.bytes.length - start} are left`,
      );
    }
    // Compressed elements are the only ones without padding, and they stand at the top level only.
    this.at = start + size + ((8 - (size % 8)) % 8);
    return { type: head, bytes: this.bytes.subarray(start, start + size) };
  }

  /** The next element as 32-bit integers. Some writers mark signed ones as unsigned. @throws UserError `mat.damaged` */
  integers(what: string): Int32Array {
    const { type, bytes } = this.next();
    if ((type !== mi.int32 && type !== mi.uint32) || bytes.length % 4 !== 0) {
      throw damagedMat(this.file, `${what} are stored as type ${type}`);
    }
    return new Int32Array(aligned(bytes, 4, !this.littleEndian));
  }

  /** The next element as a name in one-byte characters, up to a zero byte. @throws UserError `mat.damaged` */
  name(what: string): string {
    const { type, bytes } = this.next();
    if (type !== mi.int8 && type !== mi.uint8 && type !== mi.utf8) {
      throw damagedMat(this.file, `${what} is stored as type ${type}`);
    }
    return cString(bytes);
  }

  /**
   * The next element as numbers of its own type. Logical sparse matrices claim doubles but hold one byte each:
   * `bytesOf` says how many values there are to tell.
   * @throws UserError `mat.damaged`
   */
  numbers(bytesOf?: number): { data: AnyTypedArray; dtype: string } {
    const element = this.next();
    const { bytes } = element;
    const type = bytes.length > 0 && bytes.length === bytesOf ? mi.uint8 : element.type;
    const known = numericTypes[type];
    if (known === undefined || bytes.length % known.width !== 0) {
      throw damagedMat(this.file, `numbers are stored as type ${type} in ${bytes.length} bytes`);
    }
    const data =
      bytes.length >= SHARED && this.littleEndian && bytes.byteOffset % known.width === 0
        ? new known.make(bytes.buffer, bytes.byteOffset, bytes.length / known.width)
        : new known.make(aligned(bytes, known.width, !this.littleEndian));
    return { data, dtype: known.name };
  }
}

/** A copy of bytes that typed arrays can lie over, in this machine's byte order. */
export function aligned(bytes: Uint8Array, width: number, swap: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  if (swap) swapBytes(copy, width);
  return copy.buffer;
}

/** One-byte characters up to the first zero byte. */
export function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
}
