import { openBrainVision } from '../brainvision/open-brainvision.ts';
import { openCtf } from '../ctf/open-ctf.ts';
import { openEdf } from '../edf/open-edf.ts';
import { openKit } from '../kit/open-kit.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { openXdfFile, type XdfStream } from '../xdf/read-xdf.ts';
import { correctedTimes } from '../xdf/times.ts';
import { inspectRecording } from './inspect-recording.ts';
import { sumOfSquares } from './sum-of-squares.ts';

/** Values of a stream read at a time. */
const XDF_BLOCK = 1 << 16;

/** What `gyrus inspect` says of an EDF, EDF+ or BDF file. */
export async function inspectEdf(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const recording = await openEdf(path);
  return inspectRecording(recording, recording.format, stats);
}

/** What `gyrus inspect` says of a BrainVision header. */
export async function inspectBrainVision(path: string, stats: boolean): Promise<Record<string, unknown>> {
  return inspectRecording(await openBrainVision(path), 'brainvision', stats);
}

/** What `gyrus inspect` says of a KIT file, of marker measurements without samples too. */
export async function inspectKit(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const recording = await openKit(path);
  const markers = { n_markers: recording.markers.length, markers: recording.markers };
  if (recording.sampleCount > 0) return { ...(await inspectRecording(recording, 'kit', stats)), ...markers };
  await recording.close();
  return { format: 'kit', kind: 'markers', n: recording.markers.length, ...markers };
}

/** What `gyrus inspect` says of a CTF dataset folder. */
export async function inspectCtf(path: string, stats: boolean): Promise<Record<string, unknown>> {
  return inspectRecording(await openCtf(path), 'ctf', stats);
}

/** Root mean square over all values of a stream. */
async function rmsOf({ header, stamps, numbers }: XdfStream): Promise<number> {
  const memory = new BlockMemory();
  const step = Math.max(64, Math.floor(XDF_BLOCK / Math.max(1, header.channelCount)));
  let sum = 0;
  for (let start = 0; start < stamps.length; start += step) {
    const block = await numbers(start, Math.min(stamps.length, start + step), memory);
    for (const values of block) sum += sumOfSquares(values);
  }
  return Math.sqrt(sum / (stamps.length * header.channelCount));
}

/**
 * What `gyrus inspect` says of an XDF file: every stream, its times on the recorder's clock; with `stats` all numbers
 * are read too.
 */
export async function inspectXdf(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = await openXdfFile(path);
  try {
    const streams = [];
    for (const stream of file.streams) {
      const { name, type, format, channelCount, sfreq } = stream.header;
      const { stamps, effectiveRate, segments } = correctedTimes(stream);
      const isText = format === 'string';
      const numbers = isText || stamps.length === 0 ? [] : await stream.numbers(0, 1);
      streams.push({
        name,
        type,
        fmt: format,
        nch: channelCount,
        srate: sfreq,
        n: stamps.length,
        t0: stamps[0] ?? null,
        t_last: stamps.at(-1) ?? null,
        first: isText ? (stream.texts[0] ?? []) : numbers.map(([value]) => value),
        effective_srate: effectiveRate,
        n_segments: segments.length,
        ...(stats && !isText && stamps.length > 0 ? { rms: await rmsOf(stream) } : {}),
      });
    }
    return { format: 'xdf', n_streams: streams.length, streams, n_damaged: file.skipped };
  } finally {
    await file.close();
  }
}
