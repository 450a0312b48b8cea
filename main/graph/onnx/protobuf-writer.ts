import type { UnknownField } from './protobuf-reader.ts';
import { WIRE } from './protobuf-reader.ts';

const utf8 = new TextEncoder();

/** Bytes of an unsigned varint. */
function varintBytes(value: bigint | number): number[] {
  const out: number[] = [];
  if (typeof value === 'number' && value >= 0 && value <= 0xffffffff) {
    let rest = value;
    while (rest > 0x7f) {
      out.push((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    out.push(rest);
    return out;
  }
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return out;
}

interface Piece {
  readonly field: number;
  readonly parts: readonly Uint8Array[];
}

/**
 * Writes one protobuf message. Fields come out in ascending field number, repeated ones in the order written: the
 * order of the reference serialisers, which is what makes reading and writing back give the same bytes. Large byte
 * values are kept by reference until `toBytes`, so that weights are copied once.
 */
export class ProtobufWriter {
  private readonly pieces: Piece[] = [];

  private push(field: number, ...parts: Uint8Array[]): void {
    this.pieces.push({ field, parts });
  }

  private key(field: number, wire: number): number[] {
    return varintBytes(field * 8 + wire);
  }

  /** int64, int32, enum. */
  int(field: number, value: bigint | number | undefined): void {
    if (value === undefined) return;
    this.push(field, Uint8Array.from([...this.key(field, WIRE.varint), ...varintBytes(value)]));
  }

  float(field: number, value: number | undefined): void {
    if (value === undefined) return;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.push(field, Uint8Array.from(this.key(field, WIRE.fixed32)), bytes);
  }

  bytes(field: number, value: Uint8Array | undefined): void {
    if (value === undefined) return;
    this.push(
      field,
      Uint8Array.from([...this.key(field, WIRE.bytes), ...varintBytes(value.byteLength)]),
      value,
    );
  }

  string(field: number, value: string | undefined): void {
    if (value !== undefined) this.bytes(field, utf8.encode(value));
  }

  message(field: number, value: ProtobufWriter | undefined): void {
    if (value === undefined) return;
    const parts = value.parts();
    const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
    this.push(field, Uint8Array.from([...this.key(field, WIRE.bytes), ...varintBytes(length)]), ...parts);
  }

  packedInts(field: number, values: readonly (bigint | number)[] | undefined): void {
    if (values !== undefined && values.length > 0) {
      const out: number[] = [];
      for (const value of values) for (const byte of varintBytes(value)) out.push(byte);
      this.bytes(field, Uint8Array.from(out));
    }
  }

  packedFloats(field: number, values: readonly number[] | undefined): void {
    if (values !== undefined && values.length > 0) {
      const view = new DataView(new ArrayBuffer(values.length * 4));
      values.forEach((value, index) => {
        view.setFloat32(index * 4, value, true);
      });
      this.bytes(field, new Uint8Array(view.buffer));
    }
  }

  packedDoubles(field: number, values: readonly number[] | undefined): void {
    if (values !== undefined && values.length > 0) {
      const view = new DataView(new ArrayBuffer(values.length * 8));
      values.forEach((value, index) => {
        view.setFloat64(index * 8, value, true);
      });
      this.bytes(field, new Uint8Array(view.buffer));
    }
  }

  /** Fields that were read but not understood go back where they were. */
  unknown(fields: readonly UnknownField[] | undefined): void {
    for (const { field, bytes } of fields ?? []) this.push(field, bytes);
  }

  private parts(): Uint8Array[] {
    const ordered = this.pieces.toSorted((a, b) => a.field - b.field);
    return ordered.flatMap((piece) => piece.parts);
  }

  /** The finished message. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const parts = this.parts();
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.byteLength;
    }
    return out;
  }
}
