import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openFile, type RandomAccess } from '../source.ts';
import { dequantise, isReadable, tensorBytes } from './dequantise.ts';

/** A value of the file's metadata. Numbers of 64 bits come as numbers where that is exact. */
export type GgufValue = number | string | boolean | readonly GgufValue[];

/** One tensor: `shape` slowest axis first, as everywhere in the product. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** ggml type number. */
  readonly type: number;
  /** First byte in the file. */
  readonly start: number;
}

/** An open .gguf file. */
export interface GgufFile {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Values as float32, de-quantised. @throws UserError `gguf.type` for a quantisation that is not supported */
  float32(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Read at first; grown where the header (mostly the vocabulary) is longer. */
const FIRST_READ = 1 << 20;
const MAX_HEADER = 1 << 28;
const DEFAULT_ALIGNMENT = 32;

/** Says that the bytes at hand end before the header does. */
class NeedMore extends Error {}

/**
 * Opens a GGUF file, versions 2 and 3, little-endian (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). Only the
 * header is read.
 * @throws UserError `gguf.damaged`, and as `openFile`
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const file = await openFile(path);
  try {
    for (let length = FIRST_READ; ; length *= 4) {
      try {
        return parse(file, await file.read(0, length));
      } catch (thrown) {
        if (!(thrown instanceof NeedMore)) throw thrown;
        if (length >= file.size || length > MAX_HEADER) throw damaged(file.path, 'its header never ends');
      }
    }
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function damaged(path: string, what: string): UserError {
  const file = basename(path);
  return new UserError(
    'gguf.damaged',
    `${file} is not a whole GGUF file: ${what}. Copy or download it again.`,
    { file, what },
  );
}

/** Sequential reader of the header. */
class HeaderReader {
  position = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly fail: (what: string) => UserError;

  constructor(bytes: Uint8Array, fail: (what: string) => UserError) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.fail = fail;
  }

  private take(length: number): number {
    const at = this.position;
    if (at + length > this.bytes.byteLength) throw new NeedMore();
    this.position += length;
    return at;
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** A count or offset; anything past 2⁵³ is damage. */
  uint64(): number {
    const value = Number(this.view.getBigUint64(this.take(8), true));
    if (!Number.isSafeInteger(value)) throw this.fail('a size is out of range');
    return value;
  }

  string(): string {
    const length = this.uint64();
    if (length > MAX_HEADER) throw this.fail('a text is longer than the header may be');
    const at = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  value(type: number): GgufValue {
    switch (type) {
      case 0:
        return this.view.getUint8(this.take(1));
      case 1:
        return this.view.getInt8(this.take(1));
      case 2:
        return this.view.getUint16(this.take(2), true);
      case 3:
        return this.view.getInt16(this.take(2), true);
      case 4:
        return this.uint32();
      case 5:
        return this.view.getInt32(this.take(4), true);
      case 6:
        return this.view.getFloat32(this.take(4), true);
      case 7:
        return this.view.getUint8(this.take(1)) !== 0;
      case 8:
        return this.string();
      case 9:
        return this.list();
      case 10:
        return Number(this.view.getBigUint64(this.take(8), true));
      case 11:
        return Number(this.view.getBigInt64(this.take(8), true));
      case 12:
        return this.view.getFloat64(this.take(8), true);
      default:
        throw this.fail(`a value has the unknown type ${type}`);
    }
  }

  private list(): GgufValue[] {
    const type = this.uint32();
    const length = this.uint64();
    if (length > MAX_HEADER) throw this.fail('a list is longer than the header may be');
    const values: GgufValue[] = [];
    for (let index = 0; index < length; index++) values.push(this.value(type));
    return values;
  }
}

function parse(file: RandomAccess, bytes: Uint8Array): GgufFile {
  const fail = (what: string) => damaged(file.path, what);
  const reader = new HeaderReader(bytes, fail);
  if (reader.uint32() !== 0x46554747) throw fail('it does not begin with GGUF');
  const version = reader.uint32();
  if (version !== 2 && version !== 3) throw fail(`its version ${version} is not 2 or 3`);
  const tensorCount = reader.uint64();
  const valueCount = reader.uint64();
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < valueCount; index++) {
    const key = reader.string();
    metadata.set(key, reader.value(reader.uint32()));
  }
  const listed: Omit<GgufTensor, never>[] = [];
  for (let index = 0; index < tensorCount; index++) {
    const name = reader.string();
    const rank = reader.uint32();
    if (rank > 8) throw fail(`tensor ${name} has ${rank} axes`);
    // The file lists the fastest axis first.
    const shape = Array.from({ length: rank }, () => reader.uint64()).reverse();
    listed.push({ name, shape, type: reader.uint32(), start: reader.uint64() });
  }
  const alignment = Number(metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT);
  if (!(Number.isInteger(alignment) && alignment > 0)) throw fail('its alignment is not a number');
  const base = Math.ceil(reader.position / alignment) * alignment;
  const tensors = new Map(listed.map((tensor) => [tensor.name, { ...tensor, start: base + tensor.start }]));
  for (const { name, type, shape, start } of tensors.values()) {
    if (isReadable(type) && start + tensorBytes(type, shape) > file.size)
      throw fail(`${name} reaches past the end of the file`);
  }
  return {
    metadata,
    tensors,
    async float32(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new Error(`no tensor ${name}`);
      const { type, shape, start } = tensor;
      if (!isReadable(type)) {
        throw new UserError(
          'gguf.type',
          `Tensor ${name} of ${basename(file.path)} is quantised in a way that is not supported (ggml type ${type}). Supported are F32, F16, BF16, Q4_0, Q4_1, Q8_0, Q4_K and Q6_K.`,
          { file: basename(file.path), tensor: name, type },
        );
      }
      return dequantise(type, await file.read(start, tensorBytes(type, shape)));
    },
    close: () => file.close(),
  };
}
