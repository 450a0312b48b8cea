import { openFile, type RandomAccess } from '../../source.ts';
import { lookup3 } from './checksums.ts';

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** An HDF5 file as bytes at addresses, which are counted from its superblock. Whatever lies outside throws RangeError. */
export interface RawFile {
  /** Bytes of an address and of a length. */
  readonly widths: Widths;
  /** Bytes of the file behind its superblock. */
  readonly size: number;
  read(address: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** A piece of the file's description that ends in the checksum of what is before it. @returns what is before it */
  checked(address: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** How wide addresses and lengths are in a file. */
export interface Widths {
  readonly address: number;
  readonly length: number;
}

/**
 * Opens a file past the HDF5 library; its superblock (HDF5 file format 3.0, II.A) lies at 0, 512, 1024, 2048, ...
 * @throws UserError as `openFile` does
 * @returns null where there is no superblock of versions 0 to 3
 */
export async function openRawFile(path: string): Promise<RawFile | null> {
  const file = await openFile(path);
  for (let base = 0; base + 16 <= file.size; base = base === 0 ? 512 : 2 * base) {
    const head = await file.read(base, 16);
    if (!SIGNATURE.equals(head.subarray(0, 8))) continue;
    const at = head[8] < 2 ? 13 : 9;
    const widths = { address: head[at], length: head[at + 1] };
    if (head[8] <= 3 && isWidth(widths.address) && isWidth(widths.length)) return rawFile(file, base, widths);
    break;
  }
  await file.close();
  return null;
}

function isWidth(bytes: number): boolean {
  return bytes === 4 || bytes === 8;
}

function rawFile(file: RandomAccess, base: number, widths: Widths): RawFile {
  const size = file.size - base;
  const read = async (address: number, length: number, into?: Uint8Array): Promise<Uint8Array> => {
    if (!(address >= 0 && length >= 0 && address + length <= size))
      throw new RangeError(`${length} bytes at ${address} of ${size}`);
    const bytes = await file.read(base + address, length, into);
    if (bytes.length < length) throw new RangeError('the file became shorter');
    return bytes;
  };
  return {
    widths,
    size,
    read,
    async checked(address, length) {
      const bytes = await read(address, length);
      const content = bytes.subarray(0, length - 4);
      if (new Fields(bytes.subarray(length - 4), widths).uint(4) !== lookup3(content))
        throw new RangeError(`wrong checksum at ${address}`);
      return content;
    },
    close: () => file.close(),
  };
}

/** A walk over little-endian fields; a step beyond their end throws RangeError. */
export class Fields {
  at = 0;
  readonly bytes: Uint8Array;
  private readonly widths: Widths;

  constructor(bytes: Uint8Array, widths: Widths) {
    this.bytes = bytes;
    this.widths = widths;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** A whole number of so many bytes. */
  uint(width: number): number {
    const from = this.skip(width);
    let value = 0;
    for (let at = this.at - 1; at >= from; at--) value = value * 256 + this.bytes[at];
    if (!Number.isSafeInteger(value)) throw new RangeError(`the number ${value}`);
    return value;
  }

  /** An address; null for the one that stands for none. */
  address(): number | null {
    const { address } = this.widths;
    const from = this.skip(address);
    if (this.bytes.subarray(from, this.at).every((byte) => byte === 255)) return null;
    this.at = from;
    return this.uint(address);
  }

  length(): number {
    return this.uint(this.widths.length);
  }

  piece(length: number): Uint8Array {
    return this.bytes.subarray(this.skip(length), this.at);
  }

  /** @returns where the walk stood */
  skip(length: number): number {
    const from = this.at;
    if (length > this.left) throw new RangeError(`${length} bytes of ${this.left}`);
    this.at += length;
    return from;
  }

  /** Goes over a name of four letters and a version, which must be 0. */
  expect(signature: string): void {
    const found = Buffer.from(this.piece(4)).toString('latin1');
    if (found !== signature || this.uint(1) !== 0)
      throw new RangeError(`${found} where ${signature} must be`);
  }
}
