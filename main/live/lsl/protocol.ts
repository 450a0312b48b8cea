/**
 * The wire format of the Lab Streaming Layer, protocol version 1.10, as liblsl speaks it: discovery by UDP, samples
 * by TCP. Source: liblsl's documentation and the description in its source (github.com/sccn/liblsl).
 */

export const MULTICAST_PORT = 16_571;
/** Service ports that a stream of this machine may answer on. */
export const UNICAST_PORTS = { first: 16_572, last: 16_604 };
/** Machine, link and site, as liblsl's default configuration has them. */
export const MULTICAST_ADDRESSES = ['255.255.255.255', '224.0.0.1', '224.0.0.183', '239.255.172.215'];

export type ChannelFormat = 'float32' | 'double64' | 'int64' | 'int32' | 'int16' | 'int8' | 'string';
/** Bytes of a value; 0 for strings, which say their length. */
export const BYTES_OF: Readonly<Record<ChannelFormat, number>> = {
  float32: 4,
  double64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  string: 0,
};
/** What liblsl adds to the offset of a test pattern, by format, so that every byte of a value is tried. */
const PATTERN_START: Readonly<Record<ChannelFormat, number>> = {
  float32: 0,
  double64: 16_777_217,
  int64: 2_147_483_649,
  int32: 65_537,
  int16: 257,
  int8: 1,
  string: 0,
};
/** Patterns of integers are taken modulo the greatest value of their format. */
const GREATEST: Readonly<Partial<Record<ChannelFormat, number>>> = {
  int32: 2_147_483_647,
  int16: 32_767,
  int8: 127,
};

/** Time stamp of the two test samples that every feed begins with. */
export const TEST_TIME = 123_456.789;
/** Offsets of those two. */
export const TEST_OFFSETS = [4, 2];

/** Text that is longer is no number; a damaged length must not make the reader wait for gigabytes. */
const LONGEST_TEXT = 4096;

export const TAG_DEDUCED = 1;
export const TAG_TRANSMITTED = 2;

/** What a stream says of itself. */
export interface StreamInfo {
  readonly name: string;
  readonly type: string;
  readonly channels: number;
  readonly rate: number;
  readonly format: ChannelFormat;
  readonly uid: string;
  readonly host: string;
  readonly dataPort: number;
  readonly servicePort: number;
}

/** Value of channel `channel` in a test sample. */
export function testValue(format: ChannelFormat, channel: number, offset: number): number {
  // Strings are the same in both.
  const value = channel + (format === 'string' ? 10 : offset + PATTERN_START[format]);
  const pattern = value % (GREATEST[format] ?? Number.POSITIVE_INFINITY);
  return channel % 2 === 0 ? pattern : -pattern;
}

/** The `shortinfo` document of a stream. */
export function writeInfo(info: StreamInfo): string {
  const field = (name: string, value: string | number) =>
    `<${name}>${String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</${name}>`;
  return [
    '<?xml version="1.0"?><info>',
    field('name', info.name),
    field('type', info.type),
    field('channel_count', info.channels),
    field('channel_format', info.format),
    field('source_id', info.uid),
    field('nominal_srate', info.rate),
    field('version', '1.100000000000000'),
    field('created_at', 0),
    field('uid', info.uid),
    field('session_id', 'default'),
    field('hostname', info.host),
    field('v4address', info.host),
    field('v4data_port', info.dataPort),
    field('v4service_port', info.servicePort),
    '</info>',
  ].join('');
}

/** Reads a `shortinfo` document; null where it is none, or of a format that is not known. */
export function readInfo(xml: string, sender: string): StreamInfo | null {
  const field = (name: string): string => {
    const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
    return found
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&apos;/g, "'")
      .replace(/&amp;/g, '&');
  };
  const format = field('channel_format');
  const dataPort = Number(field('v4data_port'));
  if (!isFormat(format) || !(dataPort > 0)) return null;
  return {
    name: field('name'),
    type: field('type'),
    channels: Number(field('channel_count')),
    rate: Number(field('nominal_srate')),
    format,
    uid: field('uid'),
    // liblsl leaves the address empty: it is where the answer came from.
    host: field('v4address') || sender,
    dataPort,
    servicePort: Number(field('v4service_port')),
  };
}

function isFormat(word: string): word is ChannelFormat {
  return word in BYTES_OF;
}

/** One number at a byte offset. */
function readNumber(view: DataView, at: number, format: ChannelFormat, little: boolean): number {
  if (format === 'float32') return view.getFloat32(at, little);
  if (format === 'double64') return view.getFloat64(at, little);
  if (format === 'int64') return Number(view.getBigInt64(at, little));
  if (format === 'int32') return view.getInt32(at, little);
  return format === 'int16' ? view.getInt16(at, little) : view.getInt8(at);
}

/**
 * Reads the values of a sample into `values`, text as the number that it says (NaN where it says none).
 * @returns where they end; null where not all of them have come
 * @throws Error where a string's length is none, or that of no number
 */
export function readValues(
  view: DataView,
  start: number,
  { format, channels }: Pick<StreamInfo, 'format' | 'channels'>,
  little: boolean,
  values: Float32Array,
): number | null {
  const width = BYTES_OF[format];
  if (format !== 'string') {
    if (start + channels * width > view.byteLength) return null;
    for (let channel = 0; channel < channels; channel++)
      values[channel] = readNumber(view, start + channel * width, format, little);
    return start + channels * width;
  }
  let at = start;
  for (let channel = 0; channel < channels; channel++) {
    if (at >= view.byteLength) return null;
    const lengthBytes = view.getUint8(at);
    if (![1, 2, 4, 8].includes(lengthBytes)) throw new Error('a length in so many bytes is not known');
    const from = at + 1 + lengthBytes;
    if (from > view.byteLength) return null;
    const length = lengthAt(view, from - lengthBytes, lengthBytes, little);
    if (length > LONGEST_TEXT) throw new Error('no number has so many digits');
    at = from + length;
    if (at > view.byteLength) return null;
    const text = Buffer.from(view.buffer, view.byteOffset + from, at - from).toString('utf8');
    values[channel] = text.trim() === '' ? Number.NaN : Number(text);
  }
  return at;
}

function lengthAt(view: DataView, at: number, bytes: number, little: boolean): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, little);
  return bytes === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
}

/** A sample's bytes, little-endian. @param time null leaves it to be deduced from the rate */
export function writeSample(
  format: ChannelFormat,
  values: ArrayLike<number>,
  time: number | null,
): Uint8Array {
  const texts = format === 'string' ? Array.from(values, (value) => Buffer.from(String(value))) : [];
  const body = texts.reduce((sum, text) => sum + 2 + text.length, values.length * BYTES_OF[format]);
  const start = time === null ? 1 : 9;
  const bytes = Buffer.alloc(start + body);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  bytes[0] = time === null ? TAG_DEDUCED : TAG_TRANSMITTED;
  if (time !== null) view.setFloat64(1, time, true);
  let at = start;
  for (const text of texts) {
    bytes.set([1, text.length], at);
    bytes.set(text, at + 2);
    at += 2 + text.length;
  }
  if (format !== 'string')
    for (let channel = 0; channel < values.length; channel++)
      writeNumber(view, start + channel * BYTES_OF[format], format, values[channel]);
  return bytes;
}

/** Writes one number, little-endian. */
function writeNumber(view: DataView, at: number, format: ChannelFormat, value: number): void {
  if (format === 'float32') view.setFloat32(at, value, true);
  else if (format === 'double64') view.setFloat64(at, value, true);
  else if (format === 'int64') view.setBigInt64(at, BigInt(value), true);
  else if (format === 'int32') view.setInt32(at, value, true);
  else if (format === 'int16') view.setInt16(at, value, true);
  else view.setInt8(at, value);
}
