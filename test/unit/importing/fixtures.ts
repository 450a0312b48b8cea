import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLogger } from '../../../main/core/logger.ts';
import { ignoreProgress } from '../../../main/core/progress.ts';
import { createProject } from '../../../main/data/open-project.ts';
import type { Project } from '../../../main/data/project.ts';
import { writeNifti } from '../../../main/formats/nifti/write.ts';
import type { JobContext } from '../../../main/jobs/job-type.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryProject(folder: string): Project {
  const project = createProject(join(folder, 'study.gyrus'), { logger: createLogger(() => {}, 'error') });
  onTestFinished(() => project.close());
  return project;
}

/** A job context that keeps its cursor in memory; `onCommit` may throw, which undoes that commit. */
export function jobContext(
  project: Project,
  options: { cursor?: unknown; onCommit?: (cursor: unknown) => void } = {},
): JobContext & { saved: () => unknown } {
  let saved = options.cursor;
  return {
    jobId: 'job-1',
    project,
    signal: new AbortController().signal,
    report: ignoreProgress,
    cursor: <C>() => saved as C | undefined,
    commit: (cursor, write) => {
      write();
      saved = JSON.parse(JSON.stringify(cursor));
      options.onCommit?.(saved);
    },
    saved: () => saved,
  };
}

export const grid = [6, 5, 4] as const;
export const affine = [
  [-3, 0, 0, 9],
  [0, 3, 0, -6],
  [0, 0, 3, -3],
  [0, 0, 0, 1],
];

/** A bright box in a dim grid: voxels with 1 ≤ i ≤ 4, 1 ≤ j ≤ 3, 1 ≤ k ≤ 2 are "brain" (24 of 120). */
export function isBrain(voxel: number): boolean {
  const i = voxel % 6;
  const j = Math.floor(voxel / 6) % 5;
  const k = Math.floor(voxel / 30);
  return i >= 1 && i <= 4 && j >= 1 && j <= 3 && k >= 1 && k <= 2;
}

/** Value of a voxel at a time, known in closed form so that stored arrays can be checked exactly. */
export function valueAt(voxel: number, time: number): number {
  return isBrain(voxel) ? 1000 + voxel + 7 * ((time * (1 + (voxel % 7))) % 11) : (voxel + time) % 5;
}

export async function writeSeries(
  path: string,
  options: {
    volumes?: number;
    repetitionTime?: number;
    value?: (voxel: number, time: number) => number;
    dtype?: 'float32' | 'int16';
  } = {},
): Promise<void> {
  const { volumes = 30, repetitionTime = 2, value = valueAt, dtype = 'int16' } = options;
  await mkdir(dirname(path), { recursive: true });
  function* series(): Generator<Float32Array> {
    for (let time = 0; time < volumes; time++) {
      yield Float32Array.from({ length: 120 }, (_, voxel) => value(voxel, time));
    }
  }
  await writeNifti(path, { grid, volumeCount: volumes, affine, dtype, repetitionTime }, series());
}

export async function writeText(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

export const eventsTsv =
  'onset\tduration\tword\n1.0\t0.3\tonce\n1.5\t0.2\tupon\n2.5\t0.1\ta\n3.0\t0.4\ttime\n';

/** A small valid BIDS dataset: sub-01 and sub-02, runs 1 and 2 of one story (same words) and run 3 of another. */
export async function writeBids(root: string): Promise<void> {
  await writeText(
    join(root, 'dataset_description.json'),
    JSON.stringify({ Name: 'Box brains, simulated', BIDSVersion: '1.10.0' }),
  );
  await writeText(
    join(root, 'task-story_bold.json'),
    JSON.stringify({ RepetitionTime: 2, TaskName: 'story' }),
  );
  for (const subject of ['01', '02']) {
    for (const run of ['1', '2', '3']) {
      const stem = join(root, `sub-${subject}`, 'func', `sub-${subject}_task-story_run-${run}`);
      await writeSeries(`${stem}_bold.nii.gz`, { value: (v, t) => valueAt(v, t) + Number(run) });
      await writeText(`${stem}_events.tsv`, run === '3' ? eventsTsv.replace('upon', 'under') : eventsTsv);
    }
  }
}
