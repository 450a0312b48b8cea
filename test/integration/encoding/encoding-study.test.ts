import { describe, expect, test } from 'vitest';
import { encodingResultSchema } from '../../../main/contract/encoding.ts';
import { encodingJob } from '../../../main/studies/encoding/encoding-job.ts';
import { scratchProject } from '../../unit/data/scratch.ts';
import {
  deps,
  hashes,
  planted,
  plantProject,
  request,
  SAMPLES,
  shootable,
  VOXELS,
} from './planted-project.ts';

const job = encodingJob(deps);

async function runWhole(more: Parameters<typeof request>[1] = {}) {
  const project = scratchProject();
  plantProject(project);
  const { runId } = (await job.run(shootable(project).context, request(project, more))) as { runId: string };
  return { project, runId, result: encodingResultSchema.parse(project.runs.get(runId).summary) };
}

describe('encoding study on planted data', () => {
  test('finds planted layers, scores bad voxels 0, keeps repeats together, shows its controls', async () => {
    const { project, runId, result } = await runWhole();
    expect(result.simulated).toBe(true);
    expect(result.controls.map((control) => control.id)).toEqual([
      'untrained',
      'word-rate',
      'sentence-length',
      'autocorrelation',
      'shuffled',
    ]);
    expect(result.subjects).toHaveLength(2);
    for (const subject of result.subjects) {
      const floats = (id: string) => project.arrays.readAs(id, 'float32').data;
      const layer = project.arrays.readAs(subject.arrays.layer, 'uint8').data;
      const r = floats(subject.arrays.r);
      const q = floats(subject.arrays.q);
      const median = (from: number, to: number) =>
        [...r.subarray(from, to)].sort((a, b) => a - b)[(to - from) >> 1];
      expect(median(...planted.lower)).toBeGreaterThan(0.7);
      expect(median(...planted.upper)).toBeGreaterThan(0.7);
      expect(layer.subarray(...planted.lower).filter((l) => l === 0).length).toBeGreaterThan(45);
      expect(layer.subarray(...planted.upper).filter((l) => l === 1).length).toBeGreaterThan(45);
      for (const bad of [planted.constant, planted.broken]) {
        expect(r[bad]).toBe(0);
        expect(q[bad]).toBe(1);
      }
      expect(subject.excludedVoxels).toBe(2);
      const falsely = q.subarray(102).filter((value) => value <= 0.05).length;
      const truly = q.subarray(0, 100).filter((value) => value <= 0.05).length;
      expect(truly).toBeGreaterThan(90);
      expect(falsely / (falsely + truly)).toBeLessThan(0.12);
      const controls = floats(subject.arrays.controlR);
      expect(controls.subarray(3 * VOXELS, 4 * VOXELS).every((value) => value === 0)).toBe(true);
      for (let control = 0; control < 5; control++)
        expect(Math.max(...controls.subarray(control * VOXELS, control * VOXELS + 100))).toBeLessThan(0.6);
      const ceiling = subject.arrays.ceiling === null ? null : floats(subject.arrays.ceiling);
      expect(ceiling?.[0]).toBeGreaterThan(0.6);
      // Stories A, B, C and A again: three folds, both playings of A in one of them.
      expect(subject.split.folds).toHaveLength(3);
      expect(subject.split.repeatGroups).toEqual([[`${subject.subject}-0`, `${subject.subject}-3`]]);
      for (const fold of subject.split.folds) {
        const tested = fold.test.map((part) => part.recordingId.split('-')[1]);
        expect(tested.includes('0')).toBe(tested.includes('3'));
        for (const part of [...fold.test, ...fold.train])
          expect([part.start, part.end]).toEqual([5, SAMPLES - 5]);
      }
    }
    expect(result.notices.map((notice) => notice.code)).toContain('encoding.excluded-voxels');
    const trace = project.provenance.trace('run', runId);
    expect(trace.activities[0].kind).toBe('study.encoding');
  });

  test('the same question is answered from the same run', async () => {
    const { project, runId } = await runWhole();
    const arrays = project.arrays.list().length;
    expect(await job.run(shootable(project).context, request(project))).toEqual({ runId });
    expect(project.arrays.list()).toHaveLength(arrays);
  });

  test('shot after any commit and taken up again, it ends with the same bytes', async () => {
    const calm = await runWhole();
    for (const commits of [1, 2, 4, 5, 7]) {
      const project = scratchProject();
      plantProject(project);
      const shot = shootable(project);
      shot.shootAfter(commits);
      await expect(job.run(shot.context, request(project))).rejects.toThrow('shot');
      shot.shootAfter(Number.POSITIVE_INFINITY);
      const { runId } = (await job.run(shot.context, request(project))) as { runId: string };
      expect(runId).toBe(calm.runId);
      expect(hashes(project, runId)).toEqual(hashes(calm.project, calm.runId));
    }
  });

  test('a cancelled study stops between groups of voxels and goes on later', async () => {
    const project = scratchProject();
    plantProject(project);
    const { context, stop } = shootable(project);
    stop();
    await expect(job.run(context, request(project))).rejects.toThrow(/abort/i);
    expect(project.runs.list()[0]?.state).toBe('running');
  });

  test('shuffled folds are refused with the reason', async () => {
    const project = scratchProject();
    plantProject(project, ['01']);
    const params = request(project, { split: { kind: 'shuffled', folds: 5 } });
    await expect(job.run(shootable(project).context, params)).rejects.toMatchObject({
      code: 'encoding.shuffled',
    });
    await expect(job.preflight?.(project, params)).rejects.toMatchObject({ code: 'encoding.shuffled' });
  });

  test('contiguous folds over repeats are refused: the stimulus would be on both sides', async () => {
    const project = scratchProject();
    plantProject(project, ['01']);
    const params = request(project, { split: { kind: 'contiguous', folds: 4 } });
    await expect(job.run(shootable(project).context, params)).rejects.toMatchObject({
      code: 'split.repeats',
    });
  });

  test('a run without words is refused by name', async () => {
    const project = scratchProject();
    plantProject(project, ['01']);
    project.recordings.put({ ...project.recordings.get('01-1'), stimulusId: null });
    await expect(job.run(shootable(project).context, request(project))).rejects.toMatchObject({
      code: 'encoding.no-words',
      message: expect.stringContaining('sub-01 task-listening run-2'),
    });
  });

  test('preflight tells memory, time and disk', async () => {
    const project = scratchProject();
    plantProject(project);
    const told = await job.preflight?.(project, request(project));
    expect(told?.peakMemoryBytes).toBeGreaterThan(1e8);
    expect(told?.diskBytes).toBeGreaterThan(2 * VOXELS * 2 * SAMPLES * 4);
    expect(told?.seconds).toBeGreaterThan(0);
  });
});
