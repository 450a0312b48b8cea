import { open } from 'node:fs/promises';

/** A float32 tensor to be written. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

type Metadata = Readonly<Record<string, string>>;

/** What Python's loaders look for. */
const PLAIN: Metadata = { format: 'pt' };

/**
 * The bytes of a .safetensors file of float32 tensors, in the order of their names, header padded to 8 bytes: equal
 * tensors give equal bytes, and the reference implementation writes the same layout.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Metadata = PLAIN,
): Uint8Array<ArrayBuffer> {
  const pieces = piecesOf(tensors, metadata);
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** Writes the same file tensor by tensor, so that a model is not held in memory twice. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Metadata = PLAIN,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const piece of piecesOf(tensors, metadata)) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}

/** Length and header, then each tensor's bytes (shared with the tensor, not copied). */
function piecesOf(tensors: ReadonlyMap<string, FloatTensor>, metadata: Metadata): Uint8Array[] {
  let offset = 0;
  const entries: Record<string, unknown> = { __metadata__: metadata };
  const ordered = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { shape, values }] of ordered) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(entries));
  const length = Math.ceil(text.byteLength / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return [
    header,
    ...ordered.map(([, { values }]) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}
