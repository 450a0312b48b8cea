import { basename } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { UserError } from '../../core/errors.ts';
import { readWhole } from '../source.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** An archive may unpack to no more than this. */
const LIMIT = 1 << 30;

/**
 * Members of a ZIP archive by name, in the archive's order; each is unpacked when its function is called. Stored and
 * deflated members are read, which is what NumPy writes (PKWARE APPNOTE 6.3.10).
 * @throws UserError `file.*`, `zip.damaged`; the functions throw `zip.damaged`, `zip.unsupported` and `file.too-big`
 */
export async function readZip(path: string): Promise<Map<string, () => Uint8Array>> {
  const bytes = await readWhole(path, LIMIT);
  const file = basename(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members = new Map<string, () => Uint8Array>();
  try {
    const end = findEnd(view);
    let at = view.getUint32(end + 16, true);
    for (let index = view.getUint16(end + 10, true); index > 0; index--) {
      if (view.getUint32(at, true) !== CENTRAL) throw damaged(file);
      const nameLength = view.getUint16(at + 28, true);
      const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
      const entry = {
        method: view.getUint16(at + 10, true),
        crc: view.getUint32(at + 16, true),
        packed: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
        offset: view.getUint32(at + 42, true),
      };
      members.set(name, () => unpack(bytes, view, entry, file));
      at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (thrown) {
    throw thrown instanceof RangeError ? damaged(file) : thrown;
  }
  return members;
}

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0 && at > view.byteLength - 65_558; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new RangeError('no end of central directory');
}

function unpack(bytes: Uint8Array, view: DataView, entry: Entry, file: string): Uint8Array {
  const { method, offset, packed, size, crc } = entry;
  if (size > LIMIT) {
    throw new UserError('file.too-big', `${file} unpacks to more than ${LIMIT >> 20} MB.`, { file });
  }
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) throw damaged(file);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const body = bytes.subarray(start, start + packed);
  if (body.length !== packed) throw damaged(file);
  if (method !== 0 && method !== 8) {
    throw new UserError(
      'zip.unsupported',
      `${file} is packed in a way that Gyrus does not read (method ${method}).`,
      {
        file,
        method,
      },
    );
  }
  let content: Uint8Array = body;
  try {
    if (method === 8) content = inflateRawSync(body, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw damaged(file);
  }
  if (content.length !== size || crc32(content) !== crc) throw damaged(file);
  return content;
}

function damaged(file: string): UserError {
  return new UserError('zip.damaged', `${file} is a damaged or cut-off archive: get the file again.`, {
    file,
  });
}
