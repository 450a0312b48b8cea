import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { trainingPlanSchema } from '../../main/contract/training.ts';
import { createLogger } from '../../main/core/logger.ts';
import { createProject } from '../../main/data/open-project.ts';
import { readModelShapes } from '../../main/models/folder/read-model.ts';
import { estimateTraining } from '../../main/studies/training/estimate-training.ts';
import { measuredSpeed } from '../../main/tensor/devices.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-estimate-'));
const project = createProject(join(folder, 'empty.gyrus'), { logger: createLogger(() => {}) });
afterAll(() => {
  project.close();
  rmSync(folder, { recursive: true, force: true });
});
const llama = join(import.meta.dirname, '../fixtures/models/llama');
const speed = async () => 1e11;
const planOf = (changes: object) =>
  trainingPlanSchema.parse({
    name: 'plan',
    model: { family: 'gpt2', layers: 4, heads: 4, width: 128, vocabulary: 2048 },
    corpus: [{ bundled: 'state-of-the-union' }],
    steps: 1000,
    ...changes,
  });

test('time grows with steps and seeds and falls with the speed of the device', async () => {
  const one = await estimateTraining(project, planOf({}), speed);
  const more = await estimateTraining(project, planOf({ steps: 2000, seeds: [1, 2] }), speed);
  const faster = await estimateTraining(project, planOf({}), async () => 4e11);
  // 1,024 tokens a step; weights 4 · 12 · 128² + 2,112 · 128, attention 2 · 4 · 128 · 64.
  expect(one.seconds).toBeCloseTo((3 * (1_056_768 + 65_536) * 1024 * 1000) / (0.4 * 1e11), 6);
  expect(more.seconds).toBeCloseTo(4 * Number(one.seconds), 6);
  expect(faster.seconds).toBeCloseTo(Number(one.seconds) / 4, 6);
});

test('a training that starts from a folder counts the weights of that folder', async () => {
  const { shapes } = await readModelShapes(llama);
  const weights = [...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const checkpoints = { kind: 'at', steps: [1000] };
  const estimate = await estimateTraining(project, planOf({ model: { folder: llama }, checkpoints }), speed);
  // Checkpoints of step 0 and 1000, and the state in between, which is three times the weights.
  expect(estimate.diskBytes).toBe(4 * weights * 5);
  expect(estimate.peakMemoryBytes).toBeGreaterThan(4 * 10 * weights);
});

test('what a plan starts from is named when it is not there', async () => {
  const missing = planOf({ model: { checkpoint: 'none' } });
  await expect(estimateTraining(project, missing, speed)).rejects.toMatchObject({
    code: 'checkpoint.unknown',
  });
  const nowhere = planOf({ model: { folder: join(folder, 'nowhere') } });
  await expect(estimateTraining(project, nowhere, speed)).rejects.toThrow(/nowhere/);
});

test('the processor is measured where no measurement is kept', async () => {
  expect(await measuredSpeed('webgpu', join(folder, 'devices.json'))).toBeGreaterThan(1e8);
});
