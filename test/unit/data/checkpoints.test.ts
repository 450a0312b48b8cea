import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packPart, unpackPart } from '../../../main/data/checkpoints/pack-tensor.ts';
import type { Project } from '../../../main/data/project.ts';
import type { NewTrainingRun } from '../../../main/data/stores/training.ts';
import { verifyProject } from '../../../main/data/verify.ts';
import { scratchProject, silent } from './scratch.ts';

const refusal = (code: string) => expect.objectContaining({ name: 'UserError', code });
const newRun = (changes: Partial<NewTrainingRun> = {}): NewTrainingRun => ({
  plan: 'tiny',
  name: 'tiny, seed 1',
  origin: 'trained',
  seed: 1,
  config: { model_type: 'gpt2' },
  settings: { steps: 10 },
  provider: 'cpu',
  codeVersion: '1',
  simulated: true,
  tokensPerStep: 1024,
  totalSteps: 10,
  ...changes,
});
const tensor = (name: string, ...values: number[]) => ({
  name,
  shape: [values.length],
  values: Float32Array.from(values),
});
const rows = (project: Project, table: string): number => {
  const db = new BetterSqlite3(project.path, { readonly: true });
  const count = db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  db.close();
  return Number(count);
};
const errors = async (project: Project) =>
  (await verifyProject(project.path, { logger: silent }, new AbortController().signal, () => {})).findings
    .filter(({ level }) => level === 'error')
    .map(({ code }) => code);

test('any values come back bit for bit from a packed part', () => {
  fc.assert(
    fc.property(fc.float32Array(), (values) => {
      const back = new Float32Array(values.length);
      unpackPart(packPart(values), back);
      expect(new Uint8Array(back.buffer)).toEqual(new Uint8Array(values.slice().buffer));
    }),
  );
  expect(() => unpackPart(packPart(Float32Array.of(1, 2)), new Float32Array(1))).toThrow();
});

test('a run and its files come back whole; equal files of two runs are kept once', () => {
  const project = scratchProject();
  const { training } = project;
  const run = training.create(newRun());
  const other = training.create(newRun({ seed: 2, name: 'tiny, seed 2' }));
  expect(run).toMatchObject({ ...newRun(), state: 'waiting', error: null, endedAt: null });
  expect(training.list({ plan: 'tiny' }).map(({ seed }) => seed)).toEqual([2, 1]);
  const bytes = new TextEncoder().encode('{"model": "tokenizer"}');
  for (const { id } of [run, other]) training.putFile(id, 'tokenizer.json', bytes);
  expect(training.file(other.id, 'tokenizer.json')).toEqual(bytes);
  expect(training.file(other.id, 'merges.txt')).toBeNull();
  expect([rows(project, 'kept_files'), training.files(run.id)]).toEqual([1, ['tokenizer.json']]);
  const error = { code: 'training.diverged', message: 'The loss is not a number.', params: { step: 3 } };
  expect(training.setState(run.id, 'diverged', error)).toMatchObject({ state: 'diverged', error });
  expect(training.get(run.id).endedAt).not.toBeNull();
  training.delete(run.id);
  expect([rows(project, 'kept_files'), training.find(run.id)]).toEqual([1, null]);
  training.delete(other.id);
  expect(rows(project, 'kept_files')).toBe(0);
  expect(() => training.get(run.id)).toThrow(refusal('training.unknown'));
});

test('tensors that did not change are kept once, over steps and runs, and go with their last user', () => {
  const project = scratchProject();
  const { training, checkpoints } = project;
  const run = training.create(newRun());
  const other = training.create(newRun({ seed: 2 }));
  const frozen = tensor('frozen', 1, Number.NaN, -0);
  const put = (runId: string, step: number, moving: number) =>
    checkpoints.put({ runId, step, tokens: step * 1024, tensors: [tensor('moving', moving, 4), frozen] });
  const first = put(run.id, 0, 3);
  const second = put(run.id, 8, 5);
  put(other.id, 0, 3);
  expect(rows(project, 'tensors')).toBe(3);
  expect(checkpoints.list(run.id)).toEqual([first, second]);
  expect(first).toMatchObject({ step: 0, tokens: 0, source: null, tensors: 2, parameters: 5 });
  expect(checkpoints.tensors(first.id)).toMatchObject([
    { name: 'frozen', shape: [3], norm: null },
    { name: 'moving', shape: [2], norm: 5 },
  ]);
  expect(checkpoints.read(second.id, 'moving')).toEqual({ shape: [2], values: Float32Array.of(5, 4) });
  expect(Object.is(checkpoints.read(second.id, 'frozen').values[2], -0)).toBe(true);
  expect(() => checkpoints.read(first.id, 'none')).toThrow(refusal('checkpoint.no-tensor'));
  expect(() => put(run.id, 8, 1)).toThrow(refusal('checkpoint.step-taken'));
  checkpoints.delete(second.id);
  expect(rows(project, 'tensors')).toBe(2);
  training.delete(run.id);
  expect(rows(project, 'tensors')).toBe(2);
  training.delete(other.id);
  expect([rows(project, 'tensors'), rows(project, 'tensor_parts')]).toEqual([0, 0]);
  expect(() => checkpoints.get(first.id)).toThrow(refusal('checkpoint.unknown'));
});

test('a resume point replaces the one before and shares tensors with checkpoints', () => {
  const project = scratchProject();
  const { training, checkpoints } = project;
  const { id } = training.create(newRun());
  expect(checkpoints.resumePoint(id)).toBeNull();
  checkpoints.put({ runId: id, step: 1, tokens: null, tensors: [tensor('w', 1)] });
  checkpoints.putResumePoint(id, 1, [tensor('w', 1), tensor('w.m', 7)]);
  checkpoints.putResumePoint(id, 2, [tensor('w', 2), tensor('w.m', 8)]);
  expect(checkpoints.resumePoint(id)).toMatchObject({ step: 2, tensors: [{ name: 'w' }, { name: 'w.m' }] });
  expect(checkpoints.readResume(id, 'w.m').values).toEqual(Float32Array.of(8));
  expect(rows(project, 'tensors')).toBe(3);
  checkpoints.dropResumePoint(id);
  expect([rows(project, 'tensors'), checkpoints.resumePoint(id)]).toEqual([1, null]);
});

test('a tensor of several parts comes back whole', () => {
  const { training, checkpoints } = scratchProject();
  const { id } = training.create(newRun());
  const values = Float32Array.from({ length: 2 ** 20 + 5 }, (_, at) => Math.fround(Math.sin(at)));
  const kept = checkpoints.put({
    runId: id,
    step: 0,
    tokens: null,
    tensors: [{ name: 'w', shape: [values.length], values }],
  });
  expect(checkpoints.read(kept.id, 'w').values).toEqual(values);
  expect(checkpoints.storedBytes()).toBeLessThan(0.95 * values.byteLength);
});

test('metrics come back in order across blocks, by run, name and range; a resumed run tells the rest anew', () => {
  const { training } = scratchProject();
  const { id } = training.create(newRun());
  const other = training.create(newRun({ seed: 2 }));
  const steps = Array.from({ length: 2500 }, (_, at) => 2 * at);
  training.metrics.appendSeries(
    id,
    'loss',
    steps,
    steps.map((step) => step / 10),
  );
  training.metrics.append(id, 5000, { loss: 500, 'learning-rate': 0.1 });
  training.metrics.append(other.id, 1, { loss: Number.NaN });
  const [loss] = training.metrics.series({ runIds: [id], names: ['loss'] });
  expect([...loss.steps]).toEqual([...steps, 5000]);
  expect(loss.values[1234]).toBe(246.8);
  expect(training.metrics.list({ runIds: [id] })).toEqual([
    { runId: id, name: 'learning-rate', points: 1, firstStep: 5000, lastStep: 5000 },
    { runId: id, name: 'loss', points: 2501, firstStep: 0, lastStep: 5000 },
  ]);
  const [part] = training.metrics.series({ runIds: [id], names: ['loss'], fromStep: 2047, toStep: 2050 });
  expect([...part.steps]).toEqual([2048, 2050]);
  expect([...training.metrics.series({ names: ['loss'] })].map(({ runId }) => runId)).toEqual([id, other.id]);
  expect(() => training.metrics.append(id, 5000, { loss: 1 })).toThrow('told for step 5000 already');
  training.metrics.truncate(id, 2061);
  training.metrics.append(id, 2062, { loss: 9 });
  const [again] = training.metrics.series({ runIds: [id] });
  expect([again.steps.length, again.steps.at(-2), again.steps.at(-1), again.values.at(-1)]).toEqual([
    1032, 2060, 2062, 9,
  ]);
});

test('a thousand runs of two hundred checkpoints and ten metrics are read within a second', () => {
  const { training, transaction } = scratchProject();
  const steps = Array.from({ length: 200 }, (_, at) => at * 500);
  transaction(() => {
    for (let run = 0; run < 1000; run++) {
      const { id } = training.create(newRun({ seed: run }));
      for (let metric = 0; metric < 10; metric++) {
        training.metrics.appendSeries(
          id,
          `metric-${metric}`,
          steps,
          steps.map((step) => step + metric),
        );
      }
    }
  });
  const started = performance.now();
  let points = 0;
  for (const { values } of training.metrics.series()) points += values.length;
  const seconds = (performance.now() - started) / 1000;
  expect(points).toBe(2_000_000);
  // A second on a quiet machine; four leave room for a busy one.
  expect(seconds).toBeLessThan(4);
});

test('an audit is kept until the checkpoints change', () => {
  const { training, checkpoints } = scratchProject();
  const { id } = training.create(newRun());
  const audit = { runId: id, verdicts: [], faulty: 0, suspect: 0 };
  training.putAudit(audit);
  expect(training.audit(id)).toEqual(audit);
  checkpoints.put({ runId: id, step: 1, tokens: null, tensors: [tensor('w', 1)] });
  expect(training.audit(id)).toBeNull();
});

test.each([
  ['a tensor is another one', "UPDATE tensors SET hash = x'00'", 'tensor'],
  ['a tensor cannot be unpacked', "UPDATE tensor_parts SET bytes = x'0102'", 'tensor'],
  ['a part of a tensor is gone', 'DELETE FROM tensor_parts', 'tensor'],
  ['a checkpoint points nowhere', 'DELETE FROM tensors', 'dangling'],
  ['a metric lost points', "UPDATE metric_blocks SET metric_values = x'00'", 'metric'],
  ['a metric runs backwards', "UPDATE metric_blocks SET steps = x'0200000001000000'", 'metric'],
])('verification sees that %s', async (_what, sql, expected) => {
  const project = scratchProject();
  const { id } = project.training.create(newRun());
  project.checkpoints.put({ runId: id, step: 1, tokens: null, tensors: [tensor('w', 1, 2)] });
  project.training.metrics.appendSeries(id, 'loss', [1, 2], [3, 4]);
  expect(await errors(project)).toEqual([]);
  const db = new BetterSqlite3(project.path);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
  expect(await errors(project)).toContain(expected);
});
