import { UserError } from '../../core/errors.ts';

/** A field that the decoder does not know, kept as found: key and payload bytes, so that it can be written back. */
export interface UnknownField {
  readonly field: number;
  readonly bytes: Uint8Array;
}

/** Wire types of Protocol Buffers that ONNX uses; groups (3, 4) are refused. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const utf8 = new TextDecoder('utf-8', { fatal: false });

/** Where a message goes wrong; the same sentence for every kind of damage, with the place. */
function damaged(offset: number, what: string): UserError {
  return new UserError(
    'onnx.damaged',
    `This is not a complete ONNX file: ${what} at byte ${offset}. Export or copy the model again.`,
    { what, offset },
  );
}

/**
 * Forward-only reader of one protobuf message. `next()` moves to a field; then exactly one of the value methods
 * (or `skip`) takes it. Byte values are views on the source, not copies.
 * Format: https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufReader {
  field = 0;
  wire = 0;
  private position: number;
  private readonly end: number;
  private readonly source: Uint8Array;
  private readonly view: DataView;
  private keyStart = 0;

  constructor(source: Uint8Array) {
    this.source = source;
    this.view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    this.position = 0;
    this.end = source.byteLength;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    this.keyStart = this.position;
    const key = Number(this.varint());
    this.field = Math.floor(key / 8);
    this.wire = key % 8;
    if (this.field === 0) throw damaged(this.keyStart, 'field number 0');
    return true;
  }

  /** An unsigned 64-bit varint. */
  private varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw damaged(this.position, 'a number longer than ten bytes');
  }

  private byte(): number {
    if (this.position >= this.end) throw damaged(this.position, 'the end came too early');
    return this.source[this.position++];
  }

  private take(length: number): Uint8Array {
    if (length > this.end - this.position)
      throw damaged(this.position, `a field of ${length} bytes passes the end`);
    const start = this.position;
    this.position += length;
    return this.source.subarray(start, this.position);
  }

  private expect(wire: number): void {
    if (this.wire !== wire) throw damaged(this.keyStart, `field ${this.field} has wire type ${this.wire}`);
  }

  /** int64 or uint64 read as signed. */
  int64(): bigint {
    this.expect(WIRE.varint);
    return BigInt.asIntN(64, this.varint());
  }

  /** An integer that must fit a JavaScript number exactly (dims, enum values, versions). */
  int(): number {
    const value = Number(this.int64());
    if (!Number.isSafeInteger(value)) throw damaged(this.keyStart, `the number ${value}`);
    return value;
  }

  float(): number {
    this.expect(WIRE.fixed32);
    const at = this.position;
    this.take(4);
    return this.view.getFloat32(at, true);
  }

  bytes(): Uint8Array {
    this.expect(WIRE.bytes);
    return this.take(Number(this.varint()));
  }

  string(): string {
    return utf8.decode(this.bytes());
  }

  /** A nested message. */
  message(): ProtobufReader {
    return new ProtobufReader(this.bytes());
  }

  /** Repeated integers, packed or one by one: appended to `out`. */
  int64s(out: bigint[] = []): bigint[] {
    if (this.wire !== WIRE.bytes) {
      out.push(this.int64());
      return out;
    }
    const packed = this.message();
    while (packed.position < packed.end) out.push(BigInt.asIntN(64, packed.varint()));
    return out;
  }

  /** Repeated float32, packed or one by one: appended to `out`. */
  floats(out: number[] = []): number[] {
    if (this.wire !== WIRE.bytes) {
      out.push(this.float());
      return out;
    }
    const bytes = this.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 4 <= bytes.byteLength; at += 4) out.push(view.getFloat32(at, true));
    return out;
  }

  /** Repeated float64, packed or one by one: appended to `out`. */
  doubles(out: number[] = []): number[] {
    if (this.wire !== WIRE.bytes) this.expect(WIRE.fixed64);
    const bytes = this.wire === WIRE.bytes ? this.bytes() : this.take(8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) out.push(view.getFloat64(at, true));
    return out;
  }

  /** Passes over the current field and returns it whole (key included), to be written back later. */
  unknown(): UnknownField {
    if (this.wire === WIRE.varint) this.varint();
    else if (this.wire === WIRE.fixed64) this.take(8);
    else if (this.wire === WIRE.fixed32) this.take(4);
    else if (this.wire === WIRE.bytes) this.take(Number(this.varint()));
    else throw damaged(this.keyStart, `wire type ${this.wire}`);
    return { field: this.field, bytes: this.source.subarray(this.keyStart, this.position) };
  }
}
