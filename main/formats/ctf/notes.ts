import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Annotation } from '../meeg/recording.ts';
import { readText } from '../text/decode-text.ts';
import type { Res4 } from './res4.ts';

/** Names without the "-2908" of the recording system. */
export function cleanName(name: string): string {
  return name.replace(/-\d+$/, '');
}

/** Names in the BadChannels file, as the recording names them. */
export async function readBadChannels(folder: string, res4: Res4): Promise<string[]> {
  const path = join(folder, 'BadChannels');
  const text = await readOptional(path);
  const byClean = new Map(res4.channels.map(({ name }) => [cleanName(name), name]));
  return text.split(/\r?\n/).flatMap((line) => {
    const name = byClean.get(cleanName(line.trim()));
    return line.trim() === '' || name === undefined ? [] : [name];
  });
}

/** Markers (counted from the trigger of their trial) and bad segments. */
export async function readCtfAnnotations(folder: string, res4: Res4): Promise<Annotation[]> {
  const before = res4.preTrigger / res4.sfreq;
  const segments = (await readOptional(join(folder, 'bad.segments'))).split(/\r?\n/).flatMap((line) => {
    const [name, start, end] = line.trim().split(/\s+/);
    const [from, to] = [Number(start), Number(end)];
    return end === undefined || Number.isNaN(from + to)
      ? []
      : [{ onset: from + before, duration: to - from, description: `bad_${name}` }];
  });
  return [...segments, ...parseMarkers(await readOptional(join(folder, 'MarkerFile.mrk')), res4)];
}

function parseMarkers(text: string, { samplesPerTrial, sfreq, preTrigger }: Res4): Annotation[] {
  const lines = text.split(/\r?\n/);
  const annotations: Annotation[] = [];
  let name = '';
  for (let at = 0; at < lines.length; at++) {
    if (lines[at].startsWith('NAME:')) name = lines[at + 1]?.trim() ?? '';
    if (!lines[at].startsWith('LIST OF SAMPLES:')) continue;
    // One line of column titles, then trial and seconds until a blank line.
    for (at += 2; at < lines.length && lines[at].trim() !== ''; at++) {
      const [trial, seconds] = lines[at].trim().split(/\s+/).map(Number);
      if (Number.isNaN(trial + seconds)) break;
      const onset = seconds + (trial * samplesPerTrial + preTrigger) / sfreq;
      annotations.push({ onset, duration: 0, description: name });
    }
  }
  return annotations;
}

/** Points (centimetres) of .pos and .eeg files; those within 1 cm of the origin stand for none. */
export async function countPoints(folder: string, names: readonly string[]): Promise<number> {
  let count = 0;
  for (const name of names) {
    const lines = (await readOptional(join(folder, name))).split(/\r?\n/);
    count += lines.filter((line) => {
      const cells = line.trim().split(/\s+/);
      const distance = Math.hypot(...cells.slice(-3).map(Number));
      return (cells.length === 4 || cells.length === 5) && distance > 1;
    }).length;
  }
  return count;
}

async function readOptional(path: string): Promise<string> {
  if (!existsSync(path)) return '';
  return readText(path).then(
    ({ text }) => text,
    // Empty side files are usual.
    () => '',
  );
}
