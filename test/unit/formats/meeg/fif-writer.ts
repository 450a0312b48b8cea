/** Builds FIF files for tests: big-endian tags, blocks by their start and end. */

const int32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => void bytes.writeInt32BE(value, index * 4));
  return bytes;
};

const float32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => void bytes.writeFloatBE(value, index * 4));
  return bytes;
};

/** One tag that the next follows on. */
export function tag(kind: number, type: number, data: Buffer): Buffer {
  return Buffer.concat([int32(kind, type, data.length, 0), data]);
}

/** A block around other tags. */
export function block(kind: number, ...inside: Buffer[]): Buffer {
  return Buffer.concat([tag(104, 3, int32(kind)), ...inside, tag(105, 3, int32(kind))]);
}

export const intTag = (kind: number, ...values: number[]): Buffer => tag(kind, 3, int32(...values));
export const floatTag = (kind: number, ...values: number[]): Buffer => tag(kind, 4, float32(...values));
export const textTag = (kind: number, text: string): Buffer => tag(kind, 10, Buffer.from(text, 'latin1'));

/** A channel's 96 bytes: EEG in volts unless said otherwise. */
export function channelTag(
  name: string,
  { kind = 2, cal = 1, range = 1, unit = 107, coil = 1 } = {},
): Buffer {
  const label = Buffer.alloc(16);
  label.write(name);
  const place = float32(0.01, 0.02, 0.03, ...new Array<number>(9).fill(0));
  return tag(
    203,
    30,
    Buffer.concat([int32(1, 1, kind), float32(range, cal), int32(coil), place, int32(unit, 0), label]),
  );
}

/** 16-bit samples × channels as one data buffer. */
export function shorts(rows: readonly (readonly number[])[]): Buffer {
  const values = rows.flat();
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => void bytes.writeInt16BE(value, index * 2));
  return tag(300, 2, bytes);
}

/** A whole raw file around the tags of its RAW_DATA block. */
export function rawFile(
  channels: readonly Buffer[],
  data: readonly Buffer[],
  after: readonly Buffer[] = [],
  inInfo: readonly Buffer[] = [],
): Buffer {
  return Buffer.concat([
    tag(100, 31, int32(65539, 1, 2, 1000, 0)),
    intTag(101, -1),
    block(
      100,
      block(
        101,
        intTag(200, channels.length),
        floatTag(201, 100),
        intTag(204, 1_500_000_000, 250_000),
        ...channels,
        ...inInfo,
      ),
      block(102, ...data),
    ),
    ...after,
  ]);
}
