import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pressurePlanSchema } from '../../../../main/contract/modality-import.ts';
import { createLogger } from '../../../../main/core/logger.ts';
import { createProject } from '../../../../main/data/open-project.ts';
import type { Project } from '../../../../main/data/project.ts';
import { guessHeadEnd } from '../../../../main/importing/pressure/head-end.ts';
import { pressureImportJob } from '../../../../main/importing/pressure/ingest.ts';
import { nameFromFolders } from '../../../../main/importing/pressure/name-from-folders.ts';
import { previewPressure } from '../../../../main/importing/pressure/preview.ts';
import { probePressure } from '../../../../main/importing/pressure/probe.ts';
import { undoModalityImport } from '../../../../main/importing/undo-modality.ts';
import type { JobContext } from '../../../../main/jobs/job-type.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-pressure-import-'));
let made = 0;

function newProject(): Project {
  made += 1;
  return createProject(join(folder, `p${made}.gyrus`), { logger: createLogger(() => {}, 'error') });
}

/** A Tekscan movie of 2 × 3 cells, one of them absent, in the given unit. */
function movie(name: string, unit: string, frames: readonly string[]): string {
  const path = join(folder, name);
  const header = [
    'DATA_TYPE MOVIE',
    'VERSION Tekscan',
    'ROWS 2',
    'COLS 3',
    'ROW_SPACING 20 mm',
    'COL_SPACING 10 mm',
    'SECONDS_PER_FRAME 0.05',
    `UNITS ${unit}`,
    'ASCII_DATA @@',
  ];
  writeFileSync(
    path,
    [...header, ...frames.map((frame, at) => `Frame ${at + 1}\n${frame}\n`), '@@'].join('\n'),
  );
  return path;
}

/** A job's context that stops after some commits, as a kill would. */
function context(
  project: Project,
  cursor: { value: unknown },
  commits = Number.POSITIVE_INFINITY,
): JobContext {
  let left = commits;
  return {
    jobId: 'test',
    project,
    signal: new AbortController().signal,
    report: () => {},
    cursor: <C>() => cursor.value as C | undefined,
    commit: (value, write) => {
      if (left-- <= 0) throw new Error('killed');
      project.transaction(write);
      cursor.value = value;
    },
  };
}

const frames = ['B,10,20\n30,40,50', 'B,0,0\n0,0,0', 'B,1,2\n3,4,5'];

describe('names of pressure recordings', () => {
  test('subject and position come from folders, unless the name follows BIDS', () => {
    const of = (path: string) => {
      const { subject, session, run } = nameFromFolders(join('/data', path));
      return [subject, session, run];
    };
    expect(of('experiment-i/S7/3.txt')).toEqual(['S7', null, '3']);
    expect(of('experiment-ii/S12/air-mat/B1.txt')).toEqual(['S12', 'airmat', 'B1']);
    expect(of('sub-04/walk.csv')).toEqual(['04', null, 'walk']);
    expect(of('S7/sub-02_run-5.asf')).toEqual(['02', null, '5']);
    expect(of('mats/anna.csv')).toEqual(['anna', null, null]);
  });
});

describe('import of pressure', () => {
  test('calibrated, turned, masked, measured; taken back whole', async () => {
    const project = newProject();
    const [probed] = await probePressure([movie('sub-07_task-stand_run-2.asf', 'mmHg', frames)]);
    expect(probed).toMatchObject({ rows: 2, cols: 3, frames: 3, absentCells: 1, problem: null });
    const plan = pressurePlanSchema.parse({
      files: [{ ...probed.plan, orientation: { transpose: true, flipRows: true, flipCols: false } }],
    });
    const job = pressureImportJob('test');
    const report = (await job.run(context(project, { value: undefined }), plan)) as Parameters<
      typeof undoModalityImport
    >[1];
    const recording = project.recordings.get(report.recordings[0].recordingId);
    expect(recording).toMatchObject({
      modality: 'pressure',
      subject: '07',
      task: 'stand',
      run: '2',
      sampleCount: 3,
      samplingInterval: 0.05,
    });
    const { data, shape } = project.arrays.readAs(recording.dataArrayId, 'float32');
    expect(shape).toEqual([3, 6]);
    // 3 rows × 2 columns after exchanging them, then upside down: 20 50 / 10 40 / B 30.
    const factor = 0.133322387415;
    expect([...data.subarray(0, 6)]).toEqual(
      [20, 50, 10, 40, Number.NaN, 30].map((value) =>
        Number.isNaN(value) ? value : expect.closeTo(value * factor, 5),
      ),
    );
    const info = project.arrays.info(recording.dataArrayId);
    expect(info.attributes).toMatchObject({
      rows: 3,
      cols: 2,
      cellWidthCm: 2,
      cellHeightCm: 1,
      absentCells: [4],
      corruptFrames: [],
    });
    const measures = project.arrays.readAs(String(info.attributes.measuresArrayId), 'float32').data;
    const [loaded, area, peak, , , sum, load] = measures.subarray(0, 7);
    expect([loaded, area]).toEqual([5, 10]);
    expect(peak).toBeCloseTo(50 * factor, 5);
    expect(load).toBeCloseTo(sum * 2 * 0.1, 5);
    undoModalityImport(project, report);
    expect(project.recordings.list()).toEqual([]);
    expect(project.arrays.list()).toEqual([]);
    project.close();
  });

  test('killed at every commit and taken up again, it ends with the same bytes', async () => {
    // Wide frames, so that one commit holds one frame.
    const cells = 1 << 17;
    const path = join(folder, 'wide.csv');
    const line = (at: number): string =>
      Array.from({ length: cells }, (_, cell) => (cell * 7 + at) % 97).join(',');
    writeFileSync(path, [0, 1, 2, 3, 4].map(line).join('\n'));
    const plan = pressurePlanSchema.parse({
      files: [{ path, subject: '1', task: 't', layout: { rows: 256, cols: 512 } }],
    });
    const hashes: (string | null)[] = [];
    for (const commits of [1, 2, 3, Number.POSITIVE_INFINITY]) {
      const project = newProject();
      const cursor = { value: undefined };
      const job = pressureImportJob('test');
      if (Number.isFinite(commits))
        await expect(job.run(context(project, cursor, commits), plan)).rejects.toThrow('killed');
      await job.run(context(project, cursor), plan);
      const [recording] = project.recordings.list();
      hashes.push(project.arrays.info(recording.dataArrayId).contentHash);
      project.close();
    }
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).not.toBeNull();
  });

  test('a bad file does not stop the others, and a name that is taken is refused', async () => {
    const project = newProject();
    const good = movie('good.asf', 'kPa', frames);
    const files = [
      { path: join(folder, 'gone.asf'), subject: 'a', task: 't' },
      { path: good, subject: 'b', task: 't' },
      { path: good, subject: 'b', task: 't' },
    ];
    const report = await pressureImportJob('test').run(
      context(project, { value: undefined }),
      pressurePlanSchema.parse({ files }),
    );
    expect(report).toMatchObject({
      recordings: [{ label: 'sub-b task-t' }],
      failed: [{ error: { code: 'file.not-found' } }, { error: { code: 'import.known' } }],
    });
    project.close();
  });

  test('a file that turns out bad half-way leaves nothing behind', async () => {
    const project = newProject();
    const bad = join(folder, 'sub-a_short.txt');
    // Every third frame is looked at first; the one short line lies between them, in the second block.
    const line = (at: number) => Array.from({ length: 2048 }, (_, cell) => (cell * 7 + at) % 90).join('\t');
    writeFileSync(
      bad,
      Array.from({ length: 1100 }, (_, at) => (at === 200 ? line(at).slice(0, 400) : line(at))).join('\n'),
    );
    const good = movie('sub-b_good.asf', 'kPa', frames);
    const plan = pressurePlanSchema.parse({
      files: [
        { path: bad, subject: 'a', task: 't', layout: { rows: 64, cols: 32 } },
        { path: good, subject: 'b', task: 't' },
      ],
    });
    const report = await pressureImportJob('test').run(context(project, { value: undefined }), plan);
    expect(report).toMatchObject({
      recordings: [{ label: 'sub-b task-t' }],
      failed: [{ label: 'sub-a task-t' }],
    });
    expect(project.arrays.list()).toHaveLength(2);
    project.close();
  });

  test('the preview shows what would be stored', async () => {
    const path = movie('preview.asf', 'psi', frames);
    const plan = pressurePlanSchema.parse({ files: [{ path, subject: '1', task: 't', calibration: 2 }] })
      .files[0];
    const preview = await previewPressure(plan);
    expect(preview).toMatchObject({ rows: 2, cols: 3, unit: 'kPa', highest: 100, head: 'unclear' });
    expect(preview.frames.map(({ values }) => values[0])).toEqual([null, null, null]);
    expect(preview.frames[2].values.slice(1)).toEqual([2, 4, 6, 8, 10]);
    expect(preview.measures[1][9]).toBeNull();
  });

  test('the head is guessed to lie where trunk and head weigh, and nowhere on mats that are not lain on', () => {
    // A body of 48 rows on a mat of 60 × 20: heavy trunk in the first 20, light legs behind.
    const body = (row: number, col: number) =>
      row < 6 || row >= 54 || col < 6 || col >= 14 ? 0 : row < 26 ? 9 : 2;
    const mat = (rows: number, cols: number, value: (row: number, col: number) => number) =>
      Float64Array.from({ length: rows * cols }, (_, at) => value(Math.floor(at / cols), at % cols));
    expect(guessHeadEnd(mat(60, 20, body), 60, 20)).toBe('top');
    expect(
      guessHeadEnd(
        mat(60, 20, (row, col) => body(59 - row, col)),
        60,
        20,
      ),
    ).toBe('bottom');
    expect(
      guessHeadEnd(
        mat(60, 20, (row, col) => Math.min(1, body(row, col))),
        60,
        20,
      ),
    ).toBe('unclear');
    expect(
      guessHeadEnd(
        mat(20, 20, () => 5),
        20,
        20,
      ),
    ).toBe('unclear');
  });

  test('newtons without a cell size are refused with the way out', async () => {
    const path = join(folder, 'newton.txt');
    writeFileSync(path, Array.from({ length: 512 }, (_, at) => at).join(' '));
    const plan = pressurePlanSchema.parse({
      files: [{ path, subject: '1', task: 't', unit: 'N', layout: { rows: 16, cols: 32 } }],
    }).files[0];
    await expect(previewPressure(plan)).rejects.toMatchObject({ code: 'pressure.no-cell-size' });
    const sized = await previewPressure({ ...plan, cellSize: { width: 10, height: 10 } });
    // 511 N on 1 cm² are 5110 kPa.
    expect(sized).toMatchObject({ unit: 'kPa', highest: 5110 });
  });
});
