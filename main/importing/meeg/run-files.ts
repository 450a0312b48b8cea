import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Preflight } from '../../contract/jobs.ts';
import type { MeegPlan, PlannedMeeg } from '../../contract/meeg-import.ts';
import type { Recording as StoredRecording } from '../../contract/recordings.ts';
import type { Project } from '../../data/project.ts';
import type { Recording } from '../../formats/meeg/recording.ts';
import { openRecording } from '../../formats/open-recording.ts';
import { hashFile } from '../../formats/source.ts';

/** Size and date of a file: enough to tell whether the same import was asked for before. */
export function fileState(path: string): { path: string; bytes?: number; modified?: number } {
  const info = statSync(path, { throwIfNoEntry: false });
  return info ? { path, bytes: info.size, modified: info.mtimeMs } : { path };
}

/** "sub-01 task-rest run-2". */
export function labelOf({ subject, session, task, run }: PlannedMeeg): string {
  return [`sub-${subject}`, session && `ses-${session}`, `task-${task}`, run && `run-${run}`]
    .filter(Boolean)
    .join(' ');
}

/** One array per channel to samples × channels. */
export function interleaved(data: readonly Float64Array[], samples: number): Float32Array {
  const width = data.length;
  const rows = new Float32Array(samples * width);
  data.forEach((values, channel) => {
    for (let sample = 0, at = channel; sample < samples; sample++, at += width) rows[at] = values[sample];
  });
  return rows;
}

/** Samples × channels to one array per channel. */
export function columnsOf(rows: Float32Array, width: number): Float32Array[] {
  const samples = rows.length / width;
  return Array.from({ length: width }, (_, channel) =>
    Float32Array.from({ length: samples }, (_unused, sample) => rows[sample * width + channel]),
  );
}

/** Hashes of every file that was read: header and data, all parts, all files of a folder. */
export async function hashAll(path: string, recording: Recording): Promise<StoredRecording['sourceFiles']> {
  const folder = (await stat(path)).isDirectory() ? path : join(path, '..');
  const inside = folder === path ? (await readdir(path)).map((name) => join(path, name)) : [path];
  const all = new Set([...inside, ...recording.files.map((name) => join(folder, name))]);
  const files: StoredRecording['sourceFiles'] = [];
  for (const file of all) {
    const info = await stat(file);
    if (info.isFile() && info.size > 0) files.push(await hashFile(file));
  }
  return files;
}

/** Memory, time and disk that a plan needs; time is guessed at 20 million values a second, filters at 2 million. */
export async function estimate(_project: Project, plan: MeegPlan): Promise<Preflight> {
  let values = 0;
  for (const { path } of plan.runs) {
    const recording = await openRecording(path).catch(() => null);
    if (recording === null) continue;
    values +=
      recording.sampleCount * recording.channels.length * ((plan.sfreq ?? recording.sfreq) / recording.sfreq);
    await recording.close();
  }
  const slow = plan.filter.highpass !== null || plan.filter.lowpass !== null || plan.filter.notch.length > 0;
  return {
    peakMemoryBytes: 400e6,
    seconds: values / (slow ? 2e6 : 20e6),
    diskBytes: values * 3,
    fits: true,
    reason: null,
    alternative: null,
  };
}
