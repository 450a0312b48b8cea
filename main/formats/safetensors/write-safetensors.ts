/** A float32 tensor to be written. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * The bytes of a .safetensors file of float32 tensors, in the order of their names, header padded to 8 bytes: equal
 * tensors give equal bytes, and the reference implementation writes the same layout.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const entries: Record<string, unknown> = { __metadata__: metadata };
  const ordered = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { shape, values }] of ordered) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const header = new TextEncoder().encode(JSON.stringify(entries));
  const length = Math.ceil(header.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(header, 8);
  let at = 8 + length;
  for (const [, { values }] of ordered) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}
