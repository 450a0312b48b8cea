/**
 * The wire format of the Lab Streaming Layer, protocol version 1.10, as liblsl speaks it: discovery by UDP, samples
 * by TCP. Source: liblsl's documentation and the description in its source (github.com/sccn/liblsl).
 */

export const MULTICAST_PORT = 16_571;
/** Service ports that a stream of this machine may answer on. */
export const UNICAST_PORTS = { first: 16_572, last: 16_604 };
/** Machine, link and site, as liblsl's default configuration has them. */
export const MULTICAST_ADDRESSES = ['255.255.255.255', '224.0.0.1', '224.0.0.183', '239.255.172.215'];

export type ChannelFormat = 'float32' | 'double64' | 'int32' | 'int16' | 'int8';
export const BYTES_OF: Readonly<Record<ChannelFormat, number>> = {
  float32: 4,
  double64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
};
/** What liblsl adds to the offset of a test pattern, by format, so that every byte of a value is tried. */
const PATTERN_START: Readonly<Record<ChannelFormat, number>> = {
  float32: 0,
  double64: 16_777_217,
  int32: 65_537,
  int16: 257,
  int8: 1,
};

/** Time stamp of the two test samples that every feed begins with. */
export const TEST_TIME = 123_456.789;
/** Offsets of those two. */
export const TEST_OFFSETS = [4, 2];

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
  const value = channel + offset + PATTERN_START[format];
  const signed = channel % 2 === 0 ? value : -value;
  if (format === 'int16') return (signed << 16) >> 16;
  if (format === 'int8') return (signed << 24) >> 24;
  return signed;
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

/** Reads a `shortinfo` document; null where it is none, or of a format that holds no numbers. */
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

/** One value at a byte offset. */
export function readValue(view: DataView, at: number, format: ChannelFormat, little: boolean): number {
  if (format === 'float32') return view.getFloat32(at, little);
  if (format === 'double64') return view.getFloat64(at, little);
  if (format === 'int32') return view.getInt32(at, little);
  return format === 'int16' ? view.getInt16(at, little) : view.getInt8(at);
}

/** Writes one value, little-endian. */
export function writeValue(view: DataView, at: number, format: ChannelFormat, value: number): void {
  if (format === 'float32') view.setFloat32(at, value, true);
  else if (format === 'double64') view.setFloat64(at, value, true);
  else if (format === 'int32') view.setInt32(at, value, true);
  else if (format === 'int16') view.setInt16(at, value, true);
  else view.setInt8(at, value);
}
