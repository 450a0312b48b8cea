import { openBrainVision } from '../brainvision/open-brainvision.ts';
import { openCtf } from '../ctf/open-ctf.ts';
import { openEdf } from '../edf/open-edf.ts';
import { openKit } from '../kit/open-kit.ts';
import { openXdfFile } from '../xdf/read-xdf.ts';
import { correctedTimes } from '../xdf/times.ts';
import { inspectRecording } from './inspect-recording.ts';

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

/** What `gyrus inspect` says of an XDF file: every stream, its times on the recorder's clock. */
export async function inspectXdf(path: string): Promise<Record<string, unknown>> {
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
      });
    }
    return { format: 'xdf', n_streams: streams.length, streams, n_damaged: file.skipped };
  } finally {
    await file.close();
  }
}
