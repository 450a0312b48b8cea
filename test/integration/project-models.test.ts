import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { timelineBundle, timelineRuns } from '../../main/api/services/timeline.ts';
import { writeTimelineProject } from '../../main/commands/bench/timeline-project.ts';
import { certificateSchema, textReadingSchema } from '../../main/contract/models.ts';
import { decodeBundle } from '../../main/contract/resource-bundle.ts';
import { timelineMetaSchema } from '../../main/contract/timeline.ts';
import { createLogger } from '../../main/core/logger.ts';
import { createProject, openProject } from '../../main/data/open-project.ts';
import type { Project } from '../../main/data/project.ts';
import type { JobContext } from '../../main/jobs/job-type.ts';
import { certifyJob } from '../../main/studies/models/certify-job.ts';
import { addModel, listModels, removeModel } from '../../main/studies/models/project-models.ts';
import { readTextJob } from '../../main/studies/models/read-text-job.ts';

const logger = createLogger(() => {});
const models = join(import.meta.dirname, '../fixtures/models');
const open: Project[] = [];

afterEach(() => {
  for (const project of open.splice(0)) project.close();
});

function newProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  const project = createProject(join(folder, 'models.gyrus'), { logger });
  open.push(project);
  return project;
}

/** A job's context without a queue: these jobs neither resume nor commit. */
function contextOf(project: Project): JobContext {
  const signal = new AbortController().signal;
  return {
    jobId: 'test',
    project,
    signal,
    report: () => {},
    cursor: () => undefined,
    commit: (_, write) => write(),
  };
}

test('a model is added by its path once, read on a text, certified, and taken off', async () => {
  const project = newProject();
  const model = await addModel(project, join(models, 'llama'));
  expect(await addModel(project, join(models, 'llama'))).toEqual(model);
  expect(model).toMatchObject({ name: 'llama', format: 'hugging-face', parameters: 7376, certificate: null });

  const text = 'the cat sat on the mat';
  const reading = textReadingSchema.parse(
    await readTextJob().run(contextOf(project), { source: { kind: 'model', id: model.id }, text }),
  );
  expect(reading.tokens.map((token) => token.text).join('')).toContain('cat');
  expect(reading.tokens.filter(({ surprisal }) => surprisal === null)).toHaveLength(1);
  for (const { surprisal } of reading.tokens.slice(1)) expect(surprisal).toBeGreaterThan(0);
  expect(reading.next.map(({ probability }) => probability)).toEqual(
    reading.next.map(({ probability }) => probability).toSorted((a, b) => b - a),
  );
  expect(reading.norms).toHaveLength(3);

  const certificate = certificateSchema.parse(
    await certifyJob().run(contextOf(project), {
      id: model.id,
      reference: join(models, 'llama', 'reference'),
      tolerance: 1e-4,
    }),
  );
  expect(certificate.passes).toBe(true);
  expect(listModels(project)[0]?.certificate).toEqual(certificate);
  removeModel(project, model.id);
  expect(listModels(project)).toEqual([]);
});

test('what cannot be opened is not added', async () => {
  const project = newProject();
  await expect(addModel(project, join(tmpdir(), 'nothing-here'))).rejects.toMatchObject({
    code: 'model.no-file',
  });
  const empty = mkdtempSync(join(tmpdir(), 'empty-'));
  cpSync(join(models, 'llama', 'config.json'), join(empty, 'config.json'));
  await expect(addModel(project, empty)).rejects.toMatchObject({ code: 'model.no-weights' });
  expect(listModels(project)).toEqual([]);
});

test('the timeline gives bands over seeds or every seed, no more points than its width can show, and ranges', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'timeline-')), 'runs.gyrus');
  writeTimelineProject(path, { runs: 10, checkpoints: 300, metrics: 2 }, logger);
  const project = openProject(path, { logger });
  open.push(project);
  const look = (
    seeds: 'band' | 'lines',
    width: number,
    range: { fromStep?: number; toStep?: number } = {},
  ) => {
    const { meta, arrays } = decodeBundle(
      timelineBundle(project, { seeds, scale: 'linear', width, ...range }),
    );
    return { ...timelineMetaSchema.parse(meta), arrays };
  };
  const lines = look('lines', 1000);
  expect(lines).toMatchObject({
    points: 20 * 300,
    pointsBefore: 20 * 300,
    metrics: ['metric-0', 'metric-1'],
  });
  expect(lines.owners).toHaveLength(10);
  const bands = look('band', 1000);
  expect(bands).toMatchObject({ points: 4 * 300 });
  expect(bands.owners).toEqual([...new Set(timelineRuns(project).map(({ plan }) => plan))].toReversed());
  const { low, value, high } = bands.arrays;
  for (let at = 0; at < bands.points; at++) {
    expect(value.values[at]).toBeGreaterThanOrEqual(low.values[at]);
    expect(value.values[at]).toBeLessThanOrEqual(high.values[at]);
  }
  expect(look('lines', 16).points).toBeLessThanOrEqual(20 * 4 * 16);
  const part = look('lines', 1000, { fromStep: 1000, toStep: 2000 });
  expect(part.points).toBe(20 * 3);
  expect([...new Set(part.arrays.step.values)]).toEqual([1000, 1500, 2000]);
});
