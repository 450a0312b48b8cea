import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eyetrackingPlanSchema } from '../../../../main/contract/modality-import.ts';
import { createLogger } from '../../../../main/core/logger.ts';
import { createProject } from '../../../../main/data/open-project.ts';
import { eyetrackingImportJob } from '../../../../main/importing/eyetracking/ingest.ts';
import { previewEyetracking } from '../../../../main/importing/eyetracking/preview.ts';
import { probeEyetracking } from '../../../../main/importing/eyetracking/probe.ts';
import { readWordAreas } from '../../../../main/importing/eyetracking/word-areas.ts';
import { undoModalityImport } from '../../../../main/importing/undo-modality.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-eye-import-'));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Reading two words with a blink between: 500 Hz, fixations on 100, 50 and 300, 50. */
function reading(): string {
  const lines = [
    '** CONVERTED FROM a.edf',
    'START\t0\tRIGHT\tSAMPLES\tEVENTS',
    'SAMPLES\tGAZE\tRIGHT\tRATE\t500.00',
  ];
  for (let at = 0; at < 300; at++) {
    const shut = at >= 140 && at < 160;
    const x = at < 150 ? 100 : 300;
    lines.push(shut ? `${at * 2}\t.\t.\t0.0\t...` : `${at * 2}\t${x}.0\t50.0\t900.0\t...`);
    if (at === 139) lines.push('EFIX R   0\t278\t280\t  100.0\t  50.0\t    900');
    if (at === 159) lines.push('EBLINK R 280\t318\t40');
  }
  lines.push('EFIX R   320\t598\t280\t  300.0\t  50.0\t    900', 'END\t600\tSAMPLES');
  return lines.join('\n');
}

const areas = 'word,left,top,right,bottom\nHello,50,0,200,100\nworld,200,0,400,100\n';

test('gaze, events and reading measures are stored, and taken back whole', async () => {
  const path = file('sub-03_task-page.asc', reading());
  const wordsPath = file('areas.csv', areas);
  const [probed] = await probeEyetracking([path]);
  expect(probed).toMatchObject({
    format: 'eyelink-asc',
    eyes: ['right'],
    rate: 500,
    samples: 300,
    events: 3,
  });
  const plan = eyetrackingPlanSchema.parse({ files: [{ ...probed.plan, wordsPath }] });
  const project = createProject(join(folder, 'a.gyrus'), { logger: createLogger(() => {}, 'error') });
  const context = {
    jobId: 'test',
    project,
    signal: new AbortController().signal,
    report: () => {},
    cursor: () => undefined,
    commit: (_: unknown, write: () => void) => write(),
  };
  const report = (await eyetrackingImportJob('test').run(context, plan)) as Parameters<
    typeof undoModalityImport
  >[1];
  const [recording] = project.recordings.list();
  expect(recording).toMatchObject({
    modality: 'eyetracking',
    subject: '03',
    task: 'page',
    samplingInterval: 0.002,
  });
  const { attributes } = project.arrays.info(recording.dataArrayId);
  expect(attributes.columns).toEqual(['x right', 'y right', 'pupil right']);
  const { data } = project.arrays.readAs(recording.dataArrayId, 'float32');
  // The blink is bridged by a straight line from 20 ms before it (sample 129) to 20 ms after it (sample 170).
  expect(data[150 * 3]).toBeCloseTo(100 + (200 * (150 - 129)) / (170 - 129), 3);
  const times = project.arrays.readAs(String(attributes.timesArrayId), 'float64').data;
  expect(times[299]).toBe(598);
  const measures = project.arrays.readAs(String(attributes.readingArrayId), 'float64').data;
  // fixations, first fixation, gaze duration, go-past, total, skipped, regressions out and in, landing
  expect([...measures.subarray(0, 9)]).toEqual([1, 278, 278, 278, 278, 0, 0, 0, expect.closeTo(1 / 3, 9)]);
  undoModalityImport(project, report);
  expect(project.arrays.list()).toEqual([]);
  project.close();
});

test('events are found in pixels once the screen is known, and refused before', async () => {
  const rows = Array.from({ length: 400 }, (_, at) => `${at * 4},${at < 200 ? 400 : 900},${500}`).join('\n');
  const path = file('gaze.csv', `time,x_pix,y_pix\n${rows}\n`);
  const [probed] = await probeEyetracking([path]);
  const plan = eyetrackingPlanSchema.parse({ files: [{ ...probed.plan, events: { method: 'velocity' } }] })
    .files[0];
  await expect(previewEyetracking(plan)).rejects.toMatchObject({ code: 'eyetracking.no-geometry' });
  const screen = { widthPx: 1920, heightPx: 1080, widthMm: 530, distanceMm: 600 };
  const preview = await previewEyetracking({ ...plan, screen });
  expect(preview.fixations.map(({ x }) => Math.round(x))).toEqual([400, 900]);
  expect(preview.saccades).toBe(1);
  expect(preview.screen).toEqual({ width: 1920, height: 1080 });
});

test('of very many fixations without words the first are shown, with their part of the trace', async () => {
  const lines = ['** CONVERTED FROM many.edf', 'START\t0\tRIGHT\tSAMPLES\tEVENTS'];
  for (let at = 0; at < 500; at++) {
    const [x, y] = [100 + (at % 20) * 30, 100 + (at % 7) * 50];
    for (const time of [at * 100, at * 100 + 40]) lines.push(`${time}\t  ${x}.0\t  ${y}.0\t  900.0\t...`);
    lines.push(`EFIX R   ${at * 100}\t${at * 100 + 60}\t60\t  ${x}.0\t  ${y}.0\t    900`);
  }
  lines.push('END\t50000\tSAMPLES\tEVENTS');
  const [{ plan }] = await probeEyetracking([file('sub-05_task-many.asc', lines.join('\n'))]);
  const preview = await previewEyetracking(eyetrackingPlanSchema.parse({ files: [plan] }).files[0]);
  expect([preview.fixations.length, preview.fixationCount]).toEqual([400, 500]);
  expect(preview.trace.at(-1)?.[0]).toBeCloseTo(39.94, 9);
});

test('characters of a word become one area; sizes serve as edges do', async () => {
  const path = file(
    'chars.csv',
    'char,top_left_x,top_left_y,width,height,line_idx,word\nH,10,5,10,20,0,Hi\ni,20,5,10,20,0,Hi\n ,30,5,10,20,0, \nu,40,5,10,20,1,u\n',
  );
  expect(await readWordAreas(path)).toEqual([
    { word: 'Hi', line: 0, left: 10, top: 5, right: 30, bottom: 25 },
    { word: 'u', line: 1, left: 40, top: 5, right: 50, bottom: 25 },
  ]);
  await expect(readWordAreas(file('no.csv', 'a,b\n1,2\n'))).rejects.toMatchObject({ code: 'words.no-areas' });
});

/** Reading three lines of four words, seen 26 pixels too low where lines are 40 apart. */
function lowReading(): string {
  const lines = ['** CONVERTED FROM b.edf', 'START\t0\tRIGHT\tEVENTS'];
  for (let at = 0; at < 12; at++) {
    const [x, y] = [150 + (at % 4) * 100, 120 + Math.floor(at / 4) * 40 + 26];
    lines.push(`EFIX R   ${at * 250}\t${at * 250 + 200}\t200\t  ${x}.0\t  ${y}.0\t    900`);
  }
  lines.push('END\t3000\tEVENTS');
  return lines.join('\n');
}

test('drift is corrected beside the raw coordinates; lines by hand win and are kept with their origin', async () => {
  const path = file('sub-04_task-low.asc', lowReading());
  const rows = Array.from({ length: 12 }, (_, at) => {
    const [left, top] = [100 + (at % 4) * 100, 105 + Math.floor(at / 4) * 40];
    return `w${at},${left},${top},${left + 90},${top + 30}`;
  });
  const wordsPath = file('page.csv', `word,left,top,right,bottom\n${rows.join('\n')}\n`);
  const [probed] = await probeEyetracking([path]);
  const planned = (lines: object) =>
    eyetrackingPlanSchema.parse({ files: [{ ...probed.plan, wordsPath, lines }] });
  const seen = await previewEyetracking(planned({}).files[0]);
  expect(seen.lines).toEqual([120, 160, 200]);
  expect(seen.fixations.every(({ line }) => line === null)).toBe(true);
  const corrected = await previewEyetracking(planned({ methods: ['segment', 'regress', 'warp'] }).files[0]);
  expect(corrected.fixations.map(({ line }) => line)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  expect(corrected.measures.every(([fixations]) => fixations === 1)).toBe(true);

  const plan = planned({
    methods: ['segment'],
    byHand: [
      { start: 0, line: 2 },
      { start: 250, line: null },
    ],
  });
  const project = createProject(join(folder, 'lines.gyrus'), { logger: createLogger(() => {}, 'error') });
  await eyetrackingImportJob('test').run(
    {
      jobId: 'test',
      project,
      signal: new AbortController().signal,
      report: () => {},
      cursor: () => undefined,
      commit: (_: unknown, write: () => void) => write(),
    },
    plan,
  );
  const [recording] = project.recordings.list();
  const { attributes } = project.arrays.info(recording.dataArrayId);
  const events = project.arrays.info(String(attributes.eventsArrayId));
  const columns = events.attributes.columns as string[];
  const { data } = project.arrays.readAs(events.id, 'float64');
  const column = (name: string) =>
    Array.from({ length: 12 }, (_, row) => data[row * columns.length + columns.indexOf(name)]);
  expect(column('y')).toEqual([146, 146, 146, 146, 186, 186, 186, 186, 226, 226, 226, 226]);
  expect(column('line')).toEqual([2, Number.NaN, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  expect(column('line y').slice(0, 3)).toEqual([200, Number.NaN, 120]);
  const measures = project.arrays.readAs(String(attributes.readingArrayId), 'float64').data;
  const fixations = Array.from({ length: 12 }, (_, word) => measures[word * 9]);
  expect(fixations).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1]);
  expect(project.provenance.list()[0].params).toMatchObject({ plan: { lines: plan.files[0].lines } });
  project.close();
});
