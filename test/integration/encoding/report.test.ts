import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeReport } from '../../../main/commands/write-report.ts';
import { encodingResultSchema } from '../../../main/contract/encoding.ts';
import { findChromium } from '../../../main/core/find-chromium.ts';
import { resolvePaths } from '../../../main/core/paths.ts';
import { encodingReport } from '../../../main/reports/encoding-report.ts';
import { encodingJob } from '../../../main/studies/encoding/encoding-job.ts';
import { compareWithTruth } from '../../../main/studies/sample/compare-with-truth.ts';
import { bundled } from '../../bundled.ts';
import { scratchFolder, scratchProject } from '../../unit/data/scratch.ts';
import { deps, plantProject, request, shootable } from './planted-project.ts';

const subjects = [{ subject: '01', ceiling: 0.8, strength: 1, predictedR: 0.8 }];
const region = (name: string, layer: string | null, first: number, count: number, predictedR: number) => ({
  region: name,
  tuning: layer === null ? ('word-rate' as const) : ('layer' as const),
  layer,
  strength: 1,
  voxelIndex: Array.from({ length: count }, (_, v) => first + v),
  subjects,
  ceiling: 0.8,
  predictedR,
});

test('a report stands alone, names the data simulated, and holds numbers, controls, split and hashes', async () => {
  const project = scratchProject();
  plantProject(project, ['01']);
  const { runId } = (await encodingJob(deps).run(shootable(project).context, request(project))) as {
    runId: string;
  };
  const result = encodingResultSchema.parse(project.runs.get(runId).summary);
  const truth = {
    simulated: true as const,
    generator: 'test',
    seed: 1,
    space: 'Talairach',
    shape: [10, 10, 3],
    formula: '',
    featureSpace: 'use-lite',
    lookBackWords: 20,
    highPassSeconds: 128,
    stories: [],
    runs: [],
    regions: [region('right here', 'lower', 0, 50, 0.8), region('wrong layer', 'lower', 50, 50, 0.1)],
  };
  const recovery = compareWithTruth(project, result, truth);
  expect(recovery.rows.map((row) => row.chosenLayers)).toEqual([['lower'], ['upper']]);
  expect(recovery.checks.find((check) => check.name === 'planted layer')?.holds).toBe(false);
  expect(recovery.checks.find((check) => check.name === 'recovered r')?.holds).toBe(false);
  project.runs.putTable(runId, 'recovered', recovery);
  for (const locale of ['en', 'zh'] as const) {
    const whole = await encodingReport(project, runId, bundled, locale);
    // Long data links would drown a failure's message, and may spell anything.
    const html = whole.replace(/(data:[a-z]+\/[a-z]+)[^"]*/g, '$1');
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|\bsrc="(?!data:)/);
    expect(html).toContain(locale === 'en' ? 'Simulated data' : '模拟数据');
    expect(html).toContain(result.subjects[0].split.hash);
    expect(html).toContain(result.provenance.inputs[0].sha256);
    expect(html).toContain('wrong layer');
    expect(html).toMatch(
      locale === 'en' ? /is chosen in 1, 0 of 1 subjects/ : /植入层的被试数依次为 1, 0，共 1 名/,
    );
    expect(html).not.toMatch(/NaN|undefined|\{\w+\}</);
    expect(html.match(/data:text\/csv/g)?.length).toBeGreaterThan(4);
  }
  // A name without .html gets it: as anything else a browser would show, and print, the source.
  const pdf = findChromium() !== null;
  const out = join(scratchFolder(), 'written');
  const paths = resolvePaths(import.meta.dirname);
  const options = { pdf, locale: 'en' as const };
  const files = await writeReport(paths, project, runId, out, options, new AbortController().signal);
  expect(files).toEqual(pdf ? [`${out}.html`, `${out}.pdf`] : [`${out}.html`]);
  if (!pdf) process.stdout.write('No Chromium on this machine: no PDF was printed.\n');
  else
    expect(
      readFileSync(`${out}.pdf`)
        .toString('latin1')
        .match(/\/Type ?\/Page\b/g)?.length,
    ).toBeLessThan(12);
}, 120_000);

test('a run that is not finished has no report', async () => {
  const project = scratchProject();
  const run = project.runs.create({
    study: 'encoding',
    name: 'x',
    params: {},
    splitHash: null,
    seed: 1,
    codeVersion: 'test',
    simulated: false,
  });
  await expect(encodingReport(project, run.id, bundled)).rejects.toMatchObject({ code: 'report.unfinished' });
});
