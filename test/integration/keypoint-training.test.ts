import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killRounds } from '../../main/commands/bench/kill-rounds.ts';
import { runCli } from '../../main/commands/run-cli.ts';
import { keypointTrainingSchema } from '../../main/contract/keypoint-training.ts';
import { createLogger } from '../../main/core/logger.ts';
import { createProject, openProject } from '../../main/data/open-project.ts';
import type { Project } from '../../main/data/project.ts';
import { verifyProject } from '../../main/data/verify.ts';
import { openStationModel } from '../../main/studies/pressure-keypoints/posture-reader.ts';
import { drawExamples } from '../../main/studies/pressure-keypoints/recordings/draw-examples.ts';
import { trainRecordingsJob } from '../../main/studies/pressure-keypoints/recordings/train-recordings-job.ts';
import { readTrainedModel } from '../../main/studies/pressure-keypoints/recordings/trained-model.ts';
import { simulateMat } from '../../main/studies/pressure-keypoints/simulated/simulate-mat.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-keypoints-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const logger = createLogger(() => {});
const [rows, cols] = [30, 14];
/** Three people on a mat whose sides are no multiples of the network's stride, on the back and on the left side. */
const mat = simulateMat({
  subjects: 3,
  postures: ['supine', 'left'],
  poses: 1,
  frames: 6,
  rows,
  cols,
  cellSize: 6,
  hotCells: 0,
});

async function gyrus(args: readonly string[], stop = new AbortController()) {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    signal: stop.signal,
  };
  return { code: await runCli([...args], io), out, err };
}

function look<T>(path: string, see: (project: Project) => T): T {
  const project = openProject(path, { logger, access: 'read' });
  try {
    return see(project);
  } finally {
    project.close();
  }
}

/** A project with the simulated people's recordings, as the importer keeps them. */
function withRecordings(name: string): string {
  const path = join(folder, `${name}.gyrus`);
  const project = createProject(path, { logger });
  const cells = rows * cols;
  for (const recording of new Set(mat.recordings)) {
    const from = mat.recordings.indexOf(recording);
    const count = mat.recordings.filter((one) => one === recording).length;
    const data = project.arrays.put(
      {
        name: recording,
        shape: [count, cells],
        dtype: 'float32',
        unit: 'kPa',
        attributes: { rows, cols, cellHeightCm: 6, corruptFrames: [0] },
      },
      mat.frames.slice(from * cells, (from + count) * cells),
    );
    project.recordings.put({
      id: recording,
      modality: 'pressure',
      subject: mat.subjects[from],
      session: null,
      task: mat.postures[from],
      run: null,
      repeatGroup: null,
      stimulusId: null,
      dataArrayId: data.id,
      spaceId: null,
      confoundsArrayId: null,
      samplingInterval: 1,
      sampleCount: count,
      simulated: true,
      sourceFiles: [],
      notices: [],
    });
  }
  project.close();
  return path;
}

const settings = ['--set', 'name=mats', 'keypoints=6', 'batch=2', 'classificationSteps=2', 'frozenSteps=1'];

/** Hashes of the tensors of every checkpoint, and every loss. */
const madeBy = (path: string) =>
  look(path, ({ training, checkpoints }) =>
    training.list().map(({ id, name, state }) => ({
      name,
      state,
      checkpoints: checkpoints
        .list(id)
        .map((one) => [one.step, checkpoints.tensors(one.id).map(({ hash }) => hash)]),
      losses: [...training.metrics.series({ runIds: [id], names: ['loss'] })].map(({ values }) => [
        ...values,
      ]),
    })),
  );

let calm: string;
beforeAll(async () => {
  calm = withRecordings('calm');
  const done = await gyrus([
    'model',
    'train-keypoints',
    calm,
    ...settings,
    'steps=12',
    'checkpoints={"kind":"every","steps":7}',
  ]);
  expect([done.code, done.code === 0 ? '' : done.err]).toEqual([0, '']);
});

test('trains on the recordings of a project: metrics, checkpoints, and a model that finds points on the mat', async () => {
  const project = openProject(calm, { logger, access: 'read' });
  try {
    const [run] = project.training.list();
    expect(run).toMatchObject({ name: 'mats', state: 'complete', totalSteps: 14, simulated: true });
    expect(run.settings).toMatchObject({ kind: 'keypoints', leftOut: null, rows, cols });
    expect(project.checkpoints.list(run.id).map(({ step }) => step)).toEqual([0, 7, 14]);
    expect(project.training.metrics.list({ runIds: [run.id] }).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'loss',
        'learning-rate',
        'gradient-norm',
        'frames-per-second',
        'l1',
        'ssim',
        'equivariance',
      ]),
    );
    const model = readTrainedModel(project, run.id);
    expect(model.config).toMatchObject({ rows: 32, cols: 16, keypoints: 6 });
    const station = await openStationModel(project, run.id, 'checkpoint', 0, new AbortController().signal);
    try {
      const map = new Float32Array(32 * 16).fill(1);
      const { points } = await station.detector.detect(map);
      expect(points).toHaveLength(18);
      expect(station.trainedOn).toBe('recordings');
      // The recordings' tasks are the postures it knows.
      expect([null, 'supine', 'left']).toContain(station.postures(points).label);
    } finally {
      await station.release();
    }
  } finally {
    project.close();
  }
});

test('paused in the middle, it goes on with the same command to the very weights of an undisturbed run', async () => {
  const paused = withRecordings('paused');
  const stop = new AbortController();
  const watching = setInterval(() => {
    const begun =
      existsSync(paused) &&
      look(paused, ({ checkpoints, training }) =>
        training.list().some(({ id }) => checkpoints.list(id).length > 1),
      );
    if (begun) stop.abort();
  }, 20);
  const args = [
    'model',
    'train-keypoints',
    paused,
    ...settings,
    'steps=12',
    'checkpoints={"kind":"every","steps":7}',
  ];
  const first = await gyrus(args, stop);
  clearInterval(watching);
  expect([first.code, first.err]).toEqual([
    1,
    expect.stringContaining('run the same command again to go on'),
  ]);
  expect(look(paused, ({ training }) => training.list()[0].state)).toBe('paused');
  expect((await gyrus(args)).code).toBe(0);
  expect(madeBy(paused)).toEqual(madeBy(calm));
});

test('killed at random moments, it ends with the weights and losses of an undisturbed run', async () => {
  const shot = withRecordings('shot');
  const config = join(folder, 'shot.json');
  const training = {
    name: 'mats',
    keypoints: 6,
    batch: 2,
    classificationSteps: 2,
    frozenSteps: 1,
    steps: 12,
  };
  writeFileSync(config, JSON.stringify({ ...training, checkpoints: { kind: 'every', steps: 7 } }));
  const app = join(import.meta.dirname, 'kill', 'train-app.ts');
  let seed = 5;
  const report = await killRounds({
    rounds: 2,
    random: () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    },
    start: () =>
      spawn(process.execPath, [app, shot, config, 'model.train-keypoints'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    delayMs: [0, 300],
    inspect: async () => {
      const { findings } = await verifyProject(shot, { logger }, new AbortController().signal, () => {});
      expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    },
    finished: () => {
      rmSync(shot);
      withRecordings('shot');
    },
    say: () => {},
    signal: new AbortController().signal,
  });
  expect(report.kills.app + report.kills.compute + report.kills.both).toBe(2);
  expect(madeBy(shot)).toEqual(madeBy(calm));
});

test('leaves each subject out once and scores the model on who was left out', async () => {
  const path = withRecordings('each');
  const done = await gyrus([
    'model',
    'train-keypoints',
    path,
    ...settings,
    'steps=2',
    'leaveOut=each',
    '--json',
  ]);
  const { runs } = JSON.parse(done.out);
  expect(runs.map(({ leftOut }: { leftOut: string }) => leftOut)).toEqual(['1', '2', '3']);
  for (const { ssim, state } of runs) {
    expect(state).toBe('complete');
    expect(Number.isFinite(ssim)).toBe(true);
  }
  const names = look(path, ({ training }) => training.metrics.list().map(({ name }) => name));
  expect(names).toContain('held-out-equivariance');
  expect(names).not.toContain('equivariance');
});

test('ends when its time is over, with a checkpoint there, and was told beforehand', async () => {
  const path = withRecordings('timed');
  const training = keypointTrainingSchema.parse({
    name: 'timed',
    keypoints: 6,
    batch: 2,
    steps: 1_000_000,
    minutes: 0.05,
  });
  const job = trainRecordingsJob('test');
  const project = openProject(path, { logger });
  const needs = await job.preflight?.(project, training);
  const short = await job.preflight?.(project, { ...training, steps: 100 });
  const each = await job.preflight?.(project, { ...training, leaveOut: 'each' });
  project.close();
  // Three seconds a run, and less where the steps are over before.
  expect(needs?.seconds).toBe(3);
  expect(each?.seconds).toBe(9);
  expect(short?.seconds).toBeGreaterThan(0);
  expect(needs?.peakMemoryBytes).toBeGreaterThan(1e8);
  const done = await gyrus([
    'model',
    'train-keypoints',
    path,
    '--set',
    'name=timed',
    'keypoints=6',
    'batch=2',
    'steps=1000000',
    'minutes=0.05',
    'classificationSteps=2',
    'checkpoints={"kind":"at","steps":[2]}',
  ]);
  expect([done.code, done.code === 0 ? '' : done.err]).toEqual([0, '']);
  const [run, steps, examples, masks] = await (async () => {
    const read = openProject(path, { logger, access: 'read' });
    try {
      const [one] = read.training.list();
      const kept = read.checkpoints.list(one.id).map(({ step }) => step);
      const [last, first] = [await drawExamples(read, one.id, null), await drawExamples(read, one.id, 2)];
      return [one, kept, last, first] as const;
    } finally {
      read.close();
    }
  })();
  expect(run.state).toBe('complete');
  expect(steps.slice(0, 2)).toEqual([0, 2]);
  expect(steps).toHaveLength(3);
  expect(steps[2]).toBeGreaterThan(2);
  expect(steps[2]).toBeLessThan(1_000_000);
  expect(examples).toMatchObject({ steps, step: steps[2], drawsMaps: true });
  expect(examples.examples).toHaveLength(4);
  const [one] = examples.examples;
  expect([one.rows, one.cols, one.map.length, one.points.length]).toEqual([rows, cols, rows * cols, 6]);
  const mean = one.map.reduce((sum, value, cell) => sum + Math.abs(value - one.drawn[cell]), 0);
  expect(one.l1).toBeCloseTo(mean / one.map.length, 9);
  // The last checkpoint of the first stage draws a mask: its points are shown, no map.
  expect(masks).toMatchObject({ step: 2, drawsMaps: false });
  expect(masks.examples[0]).toMatchObject({ l1: null, drawn: [] });
});

test('what cannot be trained is refused in a sentence', async () => {
  const path = withRecordings('refused');
  const cases: [string, string][] = [
    ['leaveOut=9', 'None of the recordings is of 9'],
    ['floor=1000', 'has a cell above 1000'],
    ['steps=0', 'The training cannot take steps'],
    ['recordings=nothing', 'recording'],
  ];
  for (const [setting, sentence] of cases) {
    const refused = await gyrus(['model', 'train-keypoints', path, ...settings, setting]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(sentence)]);
  }
});

test("the inspector counts the paper's network: 138,400 parameters, 0.557 G multiply-accumulates of convolutions", async () => {
  const file = join(folder, 'paper.onnx');
  expect((await gyrus(['model', 'keypoints-network', 'paper', '--out', file])).code).toBe(0);
  const { out } = await gyrus(['model', 'inspect', file, '--size', 'batch=1']);
  expect(out).toMatch(/^parameters {6}138400$/m);
  const [, macs] = /^convolutions {4}\d+ parameters, (\d+) MACs$/m.exec(out) ?? [];
  expect((Number(macs) / 1e9).toFixed(3)).toBe('0.557');
});
