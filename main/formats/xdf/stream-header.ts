import { SaxesParser } from 'saxes';

/** Formats of values that XDF knows. */
const formats = new Set(['int8', 'int16', 'int32', 'int64', 'float32', 'double64', 'string']);
const MAX_CHANNELS = 100_000;

/** What a stream says of itself. */
export interface XdfHeader {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly channelCount: number;
  /** Samples per second; 0 for streams of irregular times. */
  readonly sfreq: number;
  /** Label, type and unit of each channel, empty where the stream does not say. */
  readonly channels: readonly { readonly label: string; readonly type: string; readonly unit: string }[];
  /** Whether lost samples leave holes in time, so that times must not be smoothed. */
  readonly dropsSamples: boolean;
}

/** Parses a stream's XML header; null where it is no XML or says nothing usable. */
export function parseStreamXml(xml: string): XdfHeader | null {
  const fields = new Map<string, string>();
  const channels: { label: string; type: string; unit: string }[] = [];
  const path: string[] = [];
  let text = '';
  let broken = false;
  const parser = new SaxesParser();
  parser.on('error', () => {
    broken = true;
  });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    text = '';
    if (path.join('/') === 'info/desc/channels/channel') channels.push({ label: '', type: '', unit: '' });
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', () => {
    const here = path.join('/');
    const field = /^info\/desc\/channels\/channel\/(label|type|unit)$/.exec(here)?.[1];
    const channel = channels[channels.length - 1];
    if (channel !== undefined && (field === 'label' || field === 'type' || field === 'unit')) {
      channel[field] = text.trim();
    } else if (!fields.has(here)) fields.set(here, text.trim());
    path.pop();
    text = '';
  });
  parser.write(xml).close();
  const channelCount = Number(fields.get('info/channel_count'));
  const format = fields.get('info/channel_format') ?? '';
  if (broken || !formats.has(format) || !(channelCount > 0 && channelCount <= MAX_CHANNELS)) return null;
  const sfreq = Number(fields.get('info/nominal_srate'));
  return {
    name: fields.get('info/name') ?? '',
    type: fields.get('info/type') ?? '',
    format,
    channelCount,
    sfreq: Number.isFinite(sfreq) && sfreq > 0 ? sfreq : 0,
    channels,
    dropsSamples: fields.get('info/desc/synchronization/can_drop_samples')?.toLowerCase() === 'true',
  };
}
