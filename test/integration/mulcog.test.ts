import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MulcogResult, mulcogParamsSchema, mulcogResultSchema } from '../../main/contract/mulcog.ts';
import { createLogger } from '../../main/core/logger.ts';
import { ignoreProgress } from '../../main/core/progress.ts';
import { createProject } from '../../main/data/open-project.ts';
import type { Project } from '../../main/data/project.ts';
import { mulcogImportJob } from '../../main/importing/mulcog/ingest.ts';
import { probeMulcog } from '../../main/importing/mulcog/layout.ts';
import { exportBids } from '../../main/reports/bids/export-bids.ts';
import { decimals } from '../../main/reports/html-table.ts';
import { mulcogReport } from '../../main/reports/mulcog-report.ts';
import { createFeatureSpaces } from '../../main/stimuli/feature-spaces.ts';
import { cellColumns, cellItems } from '../../main/studies/mulcog/cell-items.ts';
import { compareRuns } from '../../main/studies/mulcog/compare-runs.ts';
import type { MulcogDeps } from '../../main/studies/mulcog/deps.ts';
import { mulcogJob } from '../../main/studies/mulcog/mulcog-job.ts';
import { makeMulcogSample } from '../../main/studies/mulcog/sample/make-mulcog-sample.ts';
import { mulcogSampleOptionsSchema, smallMulcogSample } from '../../main/studies/mulcog/sample/options.ts';
import { createRuntimeEngine } from '../../main/tensor/runtime-engine.ts';
import { bundled } from '../bundled.ts';
import { jobContext } from '../unit/importing/fixtures.ts';

const root = mkdtempSync(join(tmpdir(), 'gyrus-mulcog-'));
const spaces = createFeatureSpaces(bundled);
const engine = createRuntimeEngine({ threads: 1 });
const signal = new AbortController().signal;
const deps: MulcogDeps = {
  resources: bundled,
  spaces,
  engine: async () => engine,
  embedFolder: () => Promise.reject(new Error('no model folder is used here')),
  embedCheckpoint: () => Promise.reject(new Error('no checkpoint is used here')),
  codeVersion: 'test',
  versions: {},
};
const job = mulcogJob(deps);
let project: Project;
let runId: string;
let result: MulcogResult;

const request = (more: object = {}) =>
  mulcogParamsSchema.parse({
    setIds: project.itemSets.list().map(({ id }) => id),
    models: ['encoder', 'vectors'],
    words: 'all',
    responseDelays: [0],
    lookBackWords: 12,
    shuffles: 12,
    intersect: true,
    ...more,
  });

async function run(more: object = {}): Promise<string> {
  const done = await job.run(jobContext(project), request(more));
  return String((done as { runId: string }).runId);
}

beforeAll(async () => {
  const folder = join(root, 'sample');
  const options = mulcogSampleOptionsSchema.parse({ ...smallMulcogSample, seed: 3 });
  const made = {
    resources: bundled,
    spaces,
    engine: async () => engine,
    generator: { name: 'Gyrus', version: 'test' },
  };
  await makeMulcogSample(made, folder, options, signal, ignoreProgress);
  project = createProject(join(root, 'study.gyrus'), { logger: createLogger(() => {}, 'error') });
  await mulcogImportJob('test').run(jobContext(project), { sets: await probeMulcog(folder) });
  runId = await run();
  result = mulcogResultSchema.parse(project.runs.get(runId).summary);
}, 600_000);

afterAll(async () => {
  project.close();
  await spaces.release();
  await engine.dispose();
  rmSync(root, { recursive: true, force: true });
});

const cellsOf = (kind: string, model: string) =>
  result.cells.filter((cell) => cell.kind === kind && cell.model === model);

describe('MulCogBench study on the simulated sample', () => {
  test('has every kind of data in both languages, marked as simulated', () => {
    expect(result.kinds.map(({ id }) => id)).toEqual([
      'en-rating-word',
      'en-fmri-word',
      'en-eye-sentence',
      'en-meg-discourse',
      'en-fmri-discourse',
      'zh-rating-word',
      'zh-fmri-word',
      'zh-eye-sentence',
      'zh-meg-discourse',
      'zh-fmri-discourse',
    ]);
    expect(result.simulated).toBe(true);
  });

  test.each(['en', 'zh'])('finds shallow layers with MEG and deep ones with fMRI (%s)', (language) => {
    const contrast = result.contrasts.find((one) => one.language === language);
    expect(contrast?.low).toBeGreaterThan(0);
    const meg = cellsOf(`${language}-meg-discourse`, 'encoder');
    const fmri = cellsOf(`${language}-fmri-discourse`, 'encoder');
    expect(meg[0].mean).toBeGreaterThan(meg[2].mean);
    expect(fmri[2].mean).toBeGreaterThan(fmri[0].mean);
    const depth = (kind: string) => contrast?.depth.find((one) => one.kind === kind)?.depth ?? Number.NaN;
    expect(depth(`${language}-meg-discourse`)).toBeLessThan(depth(`${language}-fmri-discourse`));
  });

  test('shuffled embeddings score within .03 of nothing, and real ones above them', () => {
    for (const cell of result.cells)
      expect(Math.abs(cell.shuffled), `${cell.kind} ${cell.model} ${cell.layer}`).toBeLessThan(0.03);
    expect(cellsOf('en-rating-word', 'vectors')[0].p).toBeLessThan(0.15);
    expect(cellsOf('en-rating-word', 'vectors')[0].mean).toBeGreaterThan(0.3);
  });

  test('early windows know nothing, later ones do; strong regions more than weak ones', () => {
    const [windows] = cellsOf('en-meg-discourse', 'encoder').map(({ units }) => units);
    expect(Math.abs(windows[0])).toBeLessThan(0.05);
    expect(windows[4]).toBeGreaterThan(windows[0] + 0.05);
    const kind = result.kinds.find(({ id }) => id === 'en-fmri-discourse');
    const regions = cellsOf('en-fmri-discourse', 'encoder')[2].units;
    const at = (name: string) => regions[kind?.units.findIndex((unit) => unit.name === name) ?? -1];
    expect(at('Language')).toBeGreaterThan(at('Reward'));
  });

  test('the mean pattern is nothing item by item, but something trial by trial', () => {
    const words = result.kinds.find(({ id }) => id === 'en-fmri-word');
    expect(words?.meanPattern.itemwise).toBeLessThan(0.05);
    expect(words?.meanPattern.trialwise).toBeGreaterThan(0.5);
    for (const { ceiling, subjects } of result.kinds)
      if (subjects.length > 1) expect(ceiling?.value).toBeGreaterThan(0);
      else expect(ceiling).toBeNull();
  });

  test('items, columns and score of a cell agree', () => {
    const cell = cellsOf('en-rating-word', 'vectors')[0];
    const query = { runId, kind: cell.kind, model: 'vectors', layer: 'vector', subject: null };
    cell.units.forEach((score, unit) => {
      expect(cellItems(project, { ...query, unit }).r).toBeCloseTo(score + cell.bias, 3);
      expect(cellColumns(project, { ...query, unit })[0]).toBeCloseTo(score + cell.bias, 3);
    });
    expect(cellItems(project, { ...query, unit: 0 }).labels).toHaveLength(120);
    expect(() => cellItems(project, { ...query, layer: 'none', unit: 0 })).toThrow(
      expect.objectContaining({ code: 'mulcog.no-cell' }),
    );
  });

  test.each(['en', 'zh'] as const)('its report says all of it, in words (%s)', async (locale) => {
    const html = await mulcogReport(project, runId, bundled, locale);
    expect(html).toContain(locale === 'en' ? 'Simulated' : '模拟数据');
    const text = html.replaceAll(/data:[^"]*/g, '');
    expect(/undefined|NaN|\[object/.exec(text)).toBeNull();
    for (const { mean } of cellsOf('zh-fmri-discourse', 'encoder')) expect(html).toContain(decimals(mean));
    expect(html).toContain('chosen on the other 4 of 5 folds');
    expect(html).toContain('derived from English glosses');
    // Two languages, two views of every layer of the encoder and of the vectors.
    const shown = result.models.filter(({ kind }) => kind !== 'control').flatMap(({ layers }) => layers);
    expect(html.match(/<img alt="[^"]*" src="data:image\/png/g)).toHaveLength(2 * 2 * shown.length);
    const windows = result.kinds.flatMap(({ sensors, units }) => (sensors === null ? [] : units));
    expect(windows.length).toBeGreaterThan(2);
    for (const { name } of windows) expect(html).toContain(`<title>${name}</title>`);
    for (const { ceiling } of result.kinds)
      if (ceiling !== null) expect(html).toContain('stroke-dasharray="6 3"');
    for (const { sha256 } of result.provenance.inputs.slice(0, 5)) expect(html).toContain(sha256);
  });

  test('the same question finds its run; every number walks back to its files', async () => {
    expect(await run()).toBe(runId);
    const trace = project.provenance.trace('run', runId);
    expect(trace.files.length).toBeGreaterThan(50);
    expect(trace.activities.map(({ kind }) => kind)).toContain('import.mulcog');
    expect(result.provenance.seed).toBe(1);
  });

  test('a run killed between sets goes on to the same numbers', async () => {
    const english = project.itemSets.list().filter(({ name }) => name.startsWith('en words'));
    const params = request({ setIds: english.map(({ id }) => id) });
    let commits = 0;
    let kept: unknown;
    const context = jobContext(project, {
      onCommit: (cursor) => {
        commits += 1;
        if (commits === 3) throw new Error('killed');
        kept = cursor;
      },
    });
    await expect(job.run(context, params)).rejects.toThrow('killed');
    const again = (await job.run(jobContext(project, { cursor: kept }), params)) as { runId: string };
    const other = mulcogResultSchema.parse(project.runs.get(again.runId).summary);
    for (const cell of other.cells) {
      const whole = result.cells.find(
        (one) => one.kind === cell.kind && one.model === cell.model && one.layer === cell.layer,
      );
      expect(cell.mean).toBeCloseTo(whole?.mean ?? Number.NaN, 10);
    }
  });

  test('two runs are compared cell by cell with a test over items', async () => {
    const english = project.itemSets.list().filter(({ name }) => name === 'en stories MEG 01');
    const setIds = english.map(({ id }) => id);
    const narrow = await run({ setIds, lookBackWords: 0, seed: 2, shuffles: 4 });
    const wide = await run({ setIds, shuffles: 4 });
    const rows = compareRuns(project, wide, narrow);
    expect(rows).toHaveLength(3 + 1 + 3 + 1 + 1);
    for (const row of rows) {
      expect(row.difference).toBeCloseTo(row.first - row.second, 8);
      expect(row.p).toBeGreaterThan(0);
      expect(row.pMax).toBeGreaterThanOrEqual(row.p);
    }
    const vectors = rows.find(({ model }) => model === 'vectors');
    expect(vectors?.difference).toBeCloseTo(0, 10);
    expect(vectors?.p).toBe(1);
  });

  test('missing items are listed, and left out only on confirmation', async () => {
    const chinese = project.itemSets.list().filter(({ name }) => name.startsWith('zh sentences'));
    const setIds = chinese.map(({ id }) => id);
    const wanted = request({ setIds, intersect: false });
    await expect(job.run(jobContext(project), wanted)).rejects.toMatchObject({
      code: 'mulcog.missing-items',
    });
    await expect(job.preflight?.(project, wanted)).rejects.toMatchObject({ code: 'mulcog.missing-items' });
    const kind = result.kinds.find(({ id }) => id === 'zh-eye-sentence');
    expect(kind?.missing.length).toBeGreaterThan(0);
  });

  test('its cells go out with a BIDS dataset as tables', async () => {
    const dataset = join(root, 'dataset');
    const { derivatives } = await exportBids(project, dataset, 'test', signal, ignoreProgress);
    const id = runId.replace(/[^A-Za-z0-9]+/g, '').slice(-8);
    const path = derivatives.find((one) => one.endsWith(`mulcog/desc-${id}Cells_mulcog.tsv`)) ?? '';
    const [names, ...rows] = readFileSync(join(dataset, path), 'utf8').trim().split('\n');
    expect(names.split('\t').slice(0, 4)).toEqual(['kind', 'model', 'layer', 'r']);
    expect(rows).toHaveLength(result.cells.length);
    expect(Number(rows[0].split('\t')[3])).toBe(result.cells[0].mean);
    const sidecar = readFileSync(join(dataset, path.replace('.tsv', '.json')), 'utf8');
    expect(JSON.parse(sidecar)).toMatchObject({ RunId: runId, Simulated: true });
    expect(sidecar).not.toContain(root);
  });

  test('models that do not fit are refused in words', async () => {
    await expect(run({ models: ['bert'] })).rejects.toMatchObject({ code: 'mulcog.unknown-model' });
  });
});
