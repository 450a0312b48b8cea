import { basename } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import { openFile, type RandomAccess } from '../source.ts';

/** Element types of the format that are read, with their width in bytes. */
const WIDTHS = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const;
export type SafetensorType = keyof typeof WIDTHS;

/** One tensor of a file: where its bytes lie, row-major little-endian. */
export interface SafetensorInfo {
  readonly name: string;
  readonly dtype: SafetensorType;
  readonly shape: readonly number[];
  /** First byte in the file, and the byte after the last. */
  readonly start: number;
  readonly end: number;
}

/** An open .safetensors file. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafetensorInfo>;
  /** Free text of the file's maker. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Raw bytes of a tensor. @throws UserError `safetensors.no-tensor` */
  bytes(name: string): Promise<Uint8Array>;
  /** Values as float32; half floats are widened, float64 rounded. @throws UserError for integer tensors too */
  float32(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** A header longer than this is no header (the reference implementation draws the same line). */
const MAX_HEADER_BYTES = 100_000_000;

const headerSchema = z
  .looseObject({ __metadata__: z.record(z.string(), z.string()).optional() })
  .transform(({ __metadata__, ...entries }) => ({ metadata: __metadata__ ?? {}, entries }));
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

/**
 * Opens a .safetensors file: 8 bytes header length, JSON header, tensor bytes without gap or overlap
 * (https://github.com/huggingface/safetensors). Only the header is read; it is trusted in nothing.
 * @throws UserError `safetensors.damaged`, `safetensors.dtype`, and as `openFile`
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openFile(path);
  try {
    return await readHeader(file);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function readHeader(file: RandomAccess): Promise<SafetensorsFile> {
  const name = basename(file.path);
  const damaged = (what: string) =>
    new UserError(
      'safetensors.damaged',
      `${name} is not a whole .safetensors file: ${what}. Copy or download it again.`,
      {
        file: name,
        what,
      },
    );
  const prefix = await file.read(0, 8);
  if (prefix.length < 8) throw damaged('it is shorter than 8 bytes');
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > file.size)
    throw damaged('its header is longer than the file');
  const { metadata, entries } = parseHeader(await file.read(8, length), damaged);
  const base = 8 + length;
  const tensors = new Map<string, SafetensorInfo>();
  for (const [tensor, value] of Object.entries(entries)) {
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw damaged(`the entry of ${tensor} is malformed`);
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = entry.data;
    if (!isKnown(dtype)) {
      throw new UserError(
        'safetensors.dtype',
        `Tensor ${tensor} of ${name} has the element type ${dtype}, which is not supported.`,
        {
          file: name,
          tensor,
          dtype,
        },
      );
    }
    const bytes = shape.reduce((product, size) => product * size, WIDTHS[dtype]);
    if (to - from !== bytes)
      throw damaged(`${tensor} has ${to - from} bytes where its shape asks for ${bytes}`);
    if (base + to > file.size) throw damaged(`${tensor} reaches past the end of the file`);
    tensors.set(tensor, { name: tensor, dtype, shape, start: base + from, end: base + to });
  }
  refuseOverlap([...tensors.values()], damaged);
  const find = (tensor: string): SafetensorInfo => {
    const info = tensors.get(tensor);
    if (info === undefined) {
      throw new UserError('safetensors.no-tensor', `${name} has no tensor named ${tensor}.`, {
        file: name,
        tensor,
      });
    }
    return info;
  };
  const bytes = (tensor: string) => {
    const { start, end } = find(tensor);
    return file.read(start, end - start);
  };
  return {
    tensors,
    metadata,
    bytes,
    float32: async (tensor) => toFloat32(await bytes(tensor), find(tensor)),
    close: () => file.close(),
  };
}

function parseHeader(bytes: Uint8Array, damaged: (what: string) => UserError) {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw damaged('its header is not readable');
  }
}

function isKnown(dtype: string): dtype is SafetensorType {
  return Object.hasOwn(WIDTHS, dtype);
}

function refuseOverlap(tensors: SafetensorInfo[], damaged: (what: string) => UserError): void {
  const ordered = tensors.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (let index = 1; index < ordered.length; index++) {
    if (ordered[index].start < ordered[index - 1].end) {
      throw damaged(`${ordered[index - 1].name} and ${ordered[index].name} overlap`);
    }
  }
}

function toFloat32(raw: Uint8Array, { dtype, name }: SafetensorInfo): Float32Array {
  const { buffer, byteOffset, byteLength } = raw.byteOffset % 8 === 0 ? raw : new Uint8Array(raw);
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
    case 'BF16': {
      // bfloat16 is the upper half of a float32.
      const bits = new Uint32Array(byteLength / 2);
      const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
      for (let at = 0; at < halves.length; at++) bits[at] = halves[at] << 16;
      return new Float32Array(bits.buffer);
    }
    case 'F16': {
      const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const values = new Float32Array(halves.length);
      for (let at = 0; at < halves.length; at++) values[at] = halfToFloat(halves[at]);
      return values;
    }
    default:
      throw new UserError('safetensors.dtype', `Tensor ${name} holds ${dtype}, not weights.`, {
        tensor: name,
        dtype,
      });
  }
}

/** Value of an IEEE 754 half-precision bit pattern. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
