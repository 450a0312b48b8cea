import { Fields, type RawFile } from './raw-file.ts';

/** Messages of an object header that say where and how a dataset lies in its file (HDF5 file format 3.0, IV.A.2). */
export const messages = { datatype: 3, oldFill: 4, fill: 5, external: 7, layout: 8, continuation: 16 };

const needed = new Set(Object.values(messages));

/** No object header has more blocks. */
const MOST_BLOCKS = 64;

/**
 * The messages of an object header of version 1 or 2 by their type, the first of each.
 * @throws RangeError where the header is no such header, or a message is kept elsewhere and shared
 */
export async function readObjectHeader(raw: RawFile, address: number): Promise<Map<number, Fields>> {
  const head = await raw.read(address, Math.min(64, raw.size - address));
  const isSecond = Buffer.from(head.subarray(0, 4)).toString('latin1') === 'OHDR';
  const found = new Map<number, Fields>();
  const blocks = [isSecond ? firstBlock2(raw, head, address) : firstBlock1(raw, head, address)];
  for (let at = 0; at < blocks.length; at++) {
    if (at >= MOST_BLOCKS) throw new RangeError('an object header of too many blocks');
    const { start, length, numbered } = blocks[at];
    const fields = new Fields(await raw.read(start, length), raw.widths);
    const headBytes = isSecond ? (numbered ? 6 : 4) : 8;
    while (fields.left >= headBytes) {
      const type = fields.uint(isSecond ? 1 : 2);
      const size = fields.uint(2);
      const flags = fields.uint(1);
      fields.skip(headBytes - (isSecond ? 4 : 5));
      const message = new Fields(fields.piece(size), raw.widths);
      if (type === messages.continuation) {
        const next = message.address();
        const bytes = message.length();
        // A block of version 2 has its name before its messages, and a checksum behind them.
        const [before, behind] = isSecond ? [4, 4] : [0, 0];
        if (next === null) throw new RangeError('an object header goes on nowhere');
        blocks.push({ start: next + before, length: bytes - before - behind, numbered });
      } else {
        if ((flags & 2) !== 0 && needed.has(type)) throw new RangeError('a message that is shared');
        if (!found.has(type)) found.set(type, message);
      }
    }
  }
  return found;
}

interface Block {
  readonly start: number;
  readonly length: number;
  /** Whether each message has its number in the order of creation. */
  readonly numbered: boolean;
}

function firstBlock1(raw: RawFile, head: Uint8Array, address: number): Block {
  const fields = new Fields(head, raw.widths);
  if (fields.uint(1) !== 1) throw new RangeError('no object header');
  fields.skip(7);
  return { start: address + 16, length: fields.uint(4), numbered: false };
}

function firstBlock2(raw: RawFile, head: Uint8Array, address: number): Block {
  const fields = new Fields(head, raw.widths);
  fields.skip(4);
  if (fields.uint(1) !== 2) throw new RangeError('an object header of another version');
  const flags = fields.uint(1);
  fields.skip(((flags & 32) === 0 ? 0 : 16) + ((flags & 16) === 0 ? 0 : 4));
  const length = fields.uint(1 << (flags & 3));
  return { start: address + fields.at, length, numbered: (flags & 4) !== 0 };
}
