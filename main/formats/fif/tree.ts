import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openUnpacked, type RandomAccess } from '../source.ts';
import { tag as kinds, type } from './constants.ts';

/** Where a tag's data lie. */
export interface FifEntry {
  readonly kind: number;
  readonly type: number;
  /** Bytes of data. */
  readonly size: number;
  /** First byte of the data in the file. */
  readonly at: number;
}

/** A block with its own tags and the blocks inside it. */
export interface FifNode {
  readonly block: number;
  readonly entries: FifEntry[];
  readonly children: FifNode[];
}

/** An open FIF file: its tree of blocks, and access to the data of any tag. */
export interface FifFile {
  readonly path: string;
  readonly root: FifNode;
  /** @param into memory that the data are put into, where they may be changed */
  bytes(entry: FifEntry, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

const HEADER = 16;
const MAX_DEPTH = 100;

/** Whether these first bytes are the file identifier that begins every FIF file. */
export function looksFif(head: Uint8Array): boolean {
  if (head.length < 12) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return view.getInt32(0) === 100 && view.getInt32(4) === 31 && view.getInt32(8) === 20;
}

/** @returns the refusal of a FIF file that contradicts itself or ends too early; `what` names the place */
export function damagedFif(path: string, what: string): UserError {
  const file = basename(path);
  return new UserError('fif.damaged', `${file} is a damaged FIF file: ${what}. Copy or save it again.`, {
    file,
    what,
  });
}

/**
 * Opens a FIF file, plain or gzip: big-endian tags of 16 bytes (kind, type, size, next) before their data, some of
 * which open and close blocks (fiff-file standard, MEGIN; mne/_fiff/open.py). Data are read when asked for.
 * @throws UserError `fif.not-fif`, `fif.damaged`, and as `openUnpacked`
 */
export async function openFif(path: string): Promise<FifFile> {
  const source = await openUnpacked(path);
  try {
    if (!looksFif(await source.read(0, HEADER))) {
      const file = basename(path);
      throw new UserError('fif.not-fif', `${file} does not begin as a FIF file does.`, { file });
    }
    const entries = (await fromDirectory(source)) ?? (await scan(source));
    return {
      path,
      root: await treeOf(entries, source),
      bytes: async (entry, into) => {
        const bytes = await source.read(entry.at, entry.size, into);
        if (bytes.length < entry.size) {
          throw damagedFif(path, `it ends ${entry.size - bytes.length} bytes before its data do`);
        }
        return bytes;
      },
      close: () => source.close(),
    };
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

/** Entries of the directory that the second tag points to; null where there is none, or it points nowhere. */
async function fromDirectory(source: RandomAccess): Promise<FifEntry[] | null> {
  const pointer = await source.read(36, HEADER + 4);
  if (pointer.length < HEADER + 4 || viewOf(pointer).getInt32(0) !== 101) return null;
  const at = viewOf(pointer).getInt32(HEADER);
  if (at <= 0 || at + HEADER > source.size) return null;
  const header = viewOf(await source.read(at, HEADER));
  const size = header.getInt32(8);
  if (header.getInt32(0) !== 102 || size < HEADER || at + HEADER + size > source.size) return null;
  const view = viewOf(await source.read(at + HEADER, size));
  const entries: FifEntry[] = [];
  for (let offset = 0; offset + HEADER <= size; offset += HEADER) {
    const position = view.getInt32(offset + 12);
    if (position < 0) continue;
    entries.push({
      kind: view.getInt32(offset),
      type: view.getInt32(offset + 4),
      size: view.getInt32(offset + 8),
      at: position + HEADER,
    });
  }
  // Directories of copied or joined files can be stale: every block must close where the directory says.
  return entries.every(({ at: start, size: bytes }) => bytes >= 0 && start + bytes <= source.size)
    ? entries
    : null;
}

/** Entries by following each tag to the next. */
async function scan(source: RandomAccess): Promise<FifEntry[]> {
  const entries: FifEntry[] = [];
  let window = new Uint8Array(0);
  let windowAt = 0;
  for (let at = 0; at + HEADER <= source.size; ) {
    if (at < windowAt || at + HEADER > windowAt + window.length) {
      // Headers of small tags lie close together; those of data buffers do not.
      window = new Uint8Array(await source.read(at, 4096));
      windowAt = at;
    }
    const view = new DataView(window.buffer, window.byteOffset + at - windowAt, HEADER);
    const [kind, dataType, size, next] = [0, 4, 8, 12].map((offset) => view.getInt32(offset));
    if (size < 0) throw damagedFif(source.path, `a tag at byte ${at} has the size ${size}`);
    entries.push({ kind, type: dataType, size, at: at + HEADER });
    if (next < 0) break;
    const following = next > 0 ? next : at + HEADER + size;
    if (following <= at)
      throw damagedFif(source.path, `a tag at byte ${at} points back to byte ${following}`);
    at = following;
  }
  return entries;
}

async function treeOf(entries: readonly FifEntry[], source: RandomAccess): Promise<FifNode> {
  const root: FifNode = { block: 0, entries: [], children: [] };
  const open: FifNode[] = [root];
  for (const entry of entries) {
    const parent = open[open.length - 1];
    if (entry.kind === kinds.blockStart) {
      const bytes = await source.read(entry.at, 4);
      if (bytes.length < 4 || open.length > MAX_DEPTH) throw damagedFif(source.path, 'its blocks are broken');
      const node: FifNode = { block: viewOf(bytes).getInt32(0), entries: [], children: [] };
      parent.children.push(node);
      open.push(node);
    } else if (entry.kind === kinds.blockEnd) {
      if (open.length > 1) open.pop();
    } else parent.entries.push(entry);
  }
  return root;
}

/** All blocks of a kind under a node, in the order of the file, the node itself included. */
export function findBlocks(node: FifNode, kind: number): FifNode[] {
  return [
    ...(node.block === kind ? [node] : []),
    ...node.children.flatMap((child) => findBlocks(child, kind)),
  ];
}

/** The first tag of a kind in a block (not in those inside it). */
export function findTag(node: FifNode, kind: number): FifEntry | undefined {
  return node.entries.find((entry) => entry.kind === kind);
}

/** Texts are Latin-1; MNE writes other characters as numeric entities. */
export async function readText(file: FifFile, entry: FifEntry | undefined): Promise<string | null> {
  if (entry === undefined) return null;
  const text = Buffer.from(await file.bytes(entry)).toString('latin1');
  return text.replace(/&#(x[0-9a-f]+|\d+);/gi, (_, code: string) =>
    String.fromCodePoint(code[0].toLowerCase() === 'x' ? Number.parseInt(code.slice(1), 16) : Number(code)),
  );
}

/** Names separated by colons; a colon inside a name is written "{COLON}". */
export async function readNames(file: FifFile, entry: FifEntry | undefined): Promise<string[]> {
  const text = await readText(file, entry);
  return text ? text.split(':').map((name) => name.replaceAll('{COLON}', ':')) : [];
}

/** Plain numbers of any width; null for types that hold no numbers. */
export async function readNumbers(file: FifFile, entry: FifEntry | undefined): Promise<Float64Array | null> {
  if (entry === undefined) return null;
  return numbersOf(await file.bytes(entry), entry.type & 0xffff);
}

/** The one number of a tag, or null. */
export async function readNumber(file: FifFile, entry: FifEntry | undefined): Promise<number | null> {
  return (await readNumbers(file, entry))?.[0] ?? null;
}

/** A dense matrix, row-major: its dimensions stand behind the values, last one first. @throws UserError `fif.damaged` */
export async function readMatrix(
  file: FifFile,
  entry: FifEntry | undefined,
): Promise<{ shape: number[]; data: Float64Array } | null> {
  if (entry === undefined) return null;
  const bytes = await file.bytes(entry);
  if ((entry.type & 0xffff0000) !== type.matrix) {
    const data = numbersOf(bytes, entry.type & 0xffff);
    return data === null ? null : { shape: [data.length], data };
  }
  const view = viewOf(bytes);
  const rank = bytes.length >= 4 ? view.getInt32(bytes.length - 4) : 0;
  if (rank < 1 || rank > 8 || bytes.length < 4 + 4 * rank) {
    throw damagedFif(file.path, `a matrix claims ${rank} dimensions`);
  }
  const end = bytes.length - 4 - 4 * rank;
  const shape = Array.from({ length: rank }, (_, axis) => view.getInt32(end + 4 * (rank - 1 - axis)));
  const data = numbersOf(bytes.subarray(0, end), entry.type & 0xffff);
  if (data === null || data.length !== shape.reduce((total, size) => total * size, 1)) {
    throw damagedFif(file.path, `a matrix of ${shape.join(' × ')} does not fit its ${end} bytes`);
  }
  return { shape, data };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Big-endian numbers of a type, null where it holds none; of complex ones the real parts. */
export function numbersOf(bytes: Uint8Array, dataType: number): Float64Array | null {
  const width = widthOf(dataType);
  if (width === null) return null;
  const view = viewOf(bytes);
  const out = new Float64Array(Math.floor(bytes.length / width));
  const read = readerOf(view, dataType);
  for (let index = 0; index < out.length; index++) out[index] = read(index * width);
  return out;
}

/** Bytes of one value; null for types that hold no numbers. */
export function widthOf(dataType: number): number | null {
  switch (dataType) {
    case type.byte:
      return 1;
    case type.short:
    case type.unsignedShort:
    case type.packed16:
      return 2;
    case type.int:
    case type.unsignedInt:
    case type.float:
      return 4;
    case type.double:
    case type.complexFloat:
      return 8;
    case type.complexDouble:
      return 16;
    default:
      return null;
  }
}

function readerOf(view: DataView, dataType: number): (at: number) => number {
  switch (dataType) {
    case type.byte:
      return (at) => view.getUint8(at);
    case type.short:
    case type.packed16:
      return (at) => view.getInt16(at);
    case type.unsignedShort:
      return (at) => view.getUint16(at);
    case type.int:
      return (at) => view.getInt32(at);
    case type.unsignedInt:
      return (at) => view.getUint32(at);
    case type.double:
    case type.complexDouble:
      return (at) => view.getFloat64(at);
    default:
      return (at) => view.getFloat32(at);
  }
}
