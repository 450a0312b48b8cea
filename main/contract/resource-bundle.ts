import { z } from 'zod';
import { dtypeSchema } from './arrays.ts';
import type { TypedArray } from './typed-arrays.ts';

/**
 * The one binary format of bundled data: "GYRB", header length (uint32), header (JSON, padded with spaces to a
 * multiple of 8), then the arrays one after another, each padded to 8 bytes. Little-endian throughout, so that
 * arrays are views on the file both in Node and in the page.
 */
const MAGIC = 0x42525947;

const bundleDtypeSchema = dtypeSchema.exclude(['bool']);
export type BundleDtype = z.infer<typeof bundleDtypeSchema>;

const bundleHeaderSchema = z.object({
  meta: z.record(z.string(), z.unknown()),
  arrays: z.array(
    z.object({
      name: z.string(),
      dtype: bundleDtypeSchema,
      shape: z.array(z.number().int().nonnegative()),
      offset: z.number().int().nonnegative(),
      length: z.number().int().nonnegative(),
    }),
  ),
});

export type BundleValues = TypedArray;

/** An array of a bundle: values row-major in `shape`. */
export interface BundleArray {
  readonly shape: readonly number[];
  readonly values: BundleValues;
}

/** A decoded bundle. `meta` is what its maker wrote beside the arrays. */
export interface Bundle {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, BundleArray>>;
}

const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

function dtypeOf(values: BundleValues): BundleDtype {
  if (values instanceof Int8Array) return 'int8';
  if (values instanceof Uint8Array) return 'uint8';
  if (values instanceof Int16Array) return 'int16';
  if (values instanceof Uint16Array) return 'uint16';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint32Array) return 'uint32';
  return values instanceof Float32Array ? 'float32' : 'float64';
}

/** The bytes of a bundle file. */
export function encodeBundle(bundle: Bundle): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const arrays = Object.entries(bundle.arrays).map(([name, { shape, values }]) => {
    const entry = { name, dtype: dtypeOf(values), shape, offset, length: values.length };
    offset += padded(values.byteLength);
    return entry;
  });
  const text = JSON.stringify({ meta: bundle.meta, arrays });
  const header = new TextEncoder().encode(text);
  const headerBytes = padded(header.byteLength);
  const out = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8, 8 + headerBytes);
  new DataView(out.buffer).setUint32(0, MAGIC, true);
  new DataView(out.buffer).setUint32(4, headerBytes, true);
  out.set(header, 8);
  for (const entry of arrays) {
    const { values } = bundle.arrays[entry.name];
    out.set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      8 + headerBytes + entry.offset,
    );
  }
  return out;
}

/** Reads a bundle; arrays are views on `bytes`, or a copy of it where it is not aligned. @throws Error if damaged */
export function decodeBundle(bytes: Uint8Array): Bundle {
  const source = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (source.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error('not a resource bundle');
  const headerBytes = view.getUint32(4, true);
  const start = 8 + headerBytes;
  const header = bundleHeaderSchema.parse(JSON.parse(new TextDecoder().decode(source.subarray(8, start))));
  const arrays: Record<string, BundleArray> = {};
  for (const { name, dtype, shape, offset, length } of header.arrays) {
    arrays[name] = {
      shape,
      values: viewOf(dtype, source.buffer, source.byteOffset + start + offset, length),
    };
  }
  return { meta: header.meta, arrays };
}

function viewOf(dtype: BundleDtype, buffer: ArrayBufferLike, offset: number, length: number): BundleValues {
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer, offset, length);
    case 'uint8':
      return new Uint8Array(buffer, offset, length);
    case 'int16':
      return new Int16Array(buffer, offset, length);
    case 'uint16':
      return new Uint16Array(buffer, offset, length);
    case 'int32':
      return new Int32Array(buffer, offset, length);
    case 'uint32':
      return new Uint32Array(buffer, offset, length);
    case 'float32':
      return new Float32Array(buffer, offset, length);
    case 'float64':
      return new Float64Array(buffer, offset, length);
  }
}
