import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readEyetracking } from '../../../../main/formats/eyetracking/open-eyetracking.ts';
import { sampleClock } from '../../../../main/formats/eyetracking/recording.ts';
import { probeEyetracking } from '../../../../main/importing/eyetracking/probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-eye-versions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A synthetic export: rows of cells under a header, as a file. */
function table(
  name: string,
  columns: string,
  rows: readonly string[],
  encoding: BufferEncoding = 'utf8',
): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from([columns, ...rows].join('\r\n'), encoding));
  return path;
}

const pro =
  'Recording timestamp\tEvent\tGaze point left X\tGaze point left Y\tValidity left\tEye movement type\tGaze event duration\tFixation point X\tFixation point Y';

describe('Tobii', () => {
  test('Pro Lab exports in milliseconds are told from those in microseconds', async () => {
    const rows = (scale: number) =>
      [0, 8, 17, 25, 33].map((time) => `${time * scale}\t\t5\t6\tValid\tFixation\t42\t5\t6`);
    for (const scale of [1, 1000]) {
      const recording = await readEyetracking(table(`pro-${scale}.tsv`, pro, rows(scale)));
      expect([...recording.samples.time]).toEqual([0, 8, 17, 25, 33]);
      // Without a number of the fixation, its rows are one all the same.
      expect(recording.events).toMatchObject([{ start: 0, end: 42 }]);
    }
  });

  test('several recordings in one export are blocks of their own, and said', async () => {
    const columns = `${pro}\tRecording name\tEye movement type index`;
    const rows = ['A', 'B'].flatMap((name) =>
      [2_000_000, 2_008_000, 2_017_000].map(
        (time) => `${time}\t\t5\t6\tValid\tFixation\t42\t5\t6\t${name}\t1`,
      ),
    );
    const recording = await readEyetracking(table('two.tsv', columns, rows));
    expect(recording.blocks.map(({ firstSample, sampleCount }) => [firstSample, sampleCount])).toEqual([
      [0, 3],
      [3, 3],
    ]);
    expect(recording.events).toHaveLength(2);
    expect(recording.notices.map(({ code }) => code)).toEqual(['eyetracking.several-recordings']);
  });

  test('Studio 3: one table, decimal comma, screen in a column, rows of events, lost eyes', async () => {
    const columns =
      'StudioVersionRec\tRecordingResolution\tRecordingTimestamp\tStudioEvent\tFixationIndex\tGazeEventType\tGazeEventDuration\tFixationPointX (MCSpx)\tFixationPointY (MCSpx)\tGazePointLeftX (ADCSpx)\tGazePointLeftY (ADCSpx)\tEyePosLeftX (ADCSmm)\tPupilLeft\tValidityLeft\t';
    const path = table('studio3.tsv', columns, [
      '3.2.1\t1920 x 1080\t0\tImageStart\t\t\t\t\t\t\t\t\t\t\t',
      '3.2.1\t1920 x 1080\t3\t\t1\tFixation\t150\t500\t400\t500,25\t400,5\t-31,2\t3,1\t0\t',
      '3.2.1\t1920 x 1080\t7\t\t1\tFixation\t150\t500\t400\t501,25\t400,5\t-31,2\t3,2\t1\t',
      '3.2.1\t1920 x 1080\t10\t\t\tUnclassified\t3\t\t\t777,5\t400,5\t-31,2\t3,3\t4\t',
    ]);
    const recording = await readEyetracking(path);
    expect(recording).toMatchObject({ format: 'tobii-studio', eyes: ['left'], unit: 'px' });
    expect(recording.screen).toEqual({ width: 1920, height: 1080 });
    expect([...recording.samples.time]).toEqual([3, 7, 10]);
    expect([...recording.samples.eyes[0].x]).toEqual([500.25, 501.25, Number.NaN]);
    expect(recording.events).toMatchObject([{ start: 3, end: 153, x: 500 }]);
    expect(recording.messages).toEqual([{ time: 0, kind: 'message', text: 'ImageStart' }]);
  });

  test('the program library’s own tables: 1 is valid', async () => {
    const columns =
      'device_time_stamp,left_gaze_point_on_display_area_x,left_gaze_point_on_display_area_y,left_gaze_point_validity';
    const rows = ['1000000,0.5,0.4,1', '1008333,0.6,0.4,0', '1016666,0.5,0.4,1'];
    const recording = await readEyetracking(table('sdk.csv', columns, rows));
    expect([...recording.samples.eyes[0].x]).toEqual([0.5, Number.NaN, 0.5]);
    expect(recording.rate).toBeCloseTo(120, 2);
  });
});

describe('EyeLink', () => {
  const block = ['START\t100\tRIGHT\tSAMPLES\tEVENTS', 'SAMPLES\tGAZE\tRIGHT\tRATE\t1000.00'];

  test('no head but messages; blanks before the time, decimal commas, missing numbers as numbers', async () => {
    const messages = Array.from(
      { length: 200 },
      (_, at) => `MSG\t${at} calibration point ${at} of the screen`,
    );
    const samples = ['  100\t 1,5\t 2.5\t 700\t...', '101\t-32768\t-32768\t0.0\t...', 'END\t102\tSAMPLES'];
    const path = table('messages.asc', messages.join('\r\n'), [...block, ...samples]);
    const recording = await readEyetracking(path);
    expect([...recording.samples.time]).toEqual([100, 101]);
    expect([...recording.samples.eyes[0].x]).toEqual([1.5, Number.NaN]);
    expect([...recording.samples.eyes[0].y]).toEqual([2.5, Number.NaN]);
  });

  test('lines that end in returns alone; events without samples', async () => {
    const events = ['EVENTS\tGAZE\tRIGHT\tRATE\t 500.00', 'EFIX R   100\t140\t42\t  1,5\t  2.5\t    284'];
    const lines = ['** CONVERTED FROM a.edf', 'START\t100\tRIGHT\tEVENTS', ...events, 'END\t150\tEVENTS'];
    const recording = await readEyetracking(table('events.asc', lines.join('\r'), []));
    expect(recording).toMatchObject({ unit: 'px', rate: 500, samples: { count: 0 } });
    expect(recording.events).toMatchObject([{ kind: 'fixation', start: 100, end: 140, x: 1.5 }]);
  });
});

describe('SMI', () => {
  const head = '## [iView]\n## Sample Rate:\t60';

  test('samples with a decimal comma; gaze of both eyes together', async () => {
    const rows = ['1000\tSMP\t1\t800,5\t500,25\t12', '17667\tSMP\t1\t0,00\t0,00\t0'];
    const text = `${head}\nTime\tType\tTrial\tL POR X [px]\tL POR Y [px]\tL Area [px²]`;
    const left = await readEyetracking(table('comma.txt', text, rows));
    expect([...left.samples.eyes[0].x]).toEqual([800.5, Number.NaN]);
    expect([...(left.samples.eyes[0].pupil ?? [])]).toEqual([12, Number.NaN]);
    const both = await readEyetracking(table('both.txt', text.replaceAll('L ', 'B '), rows));
    expect(both.eyes).toEqual(['cyclopean']);
    expect(both.samples.eyes[0].y[0]).toBe(500.25);
  });

  test('events between tabs with a decimal comma', async () => {
    const path = table('events.txt', '[BeGaze]\nSample Rate:\t500\nTable Header for Fixations:', [
      'Fixation R\t1\t1\t2000\t252000\t250000\t512,5\t300,25\t20\t30\t-1\t14,5\t14,7',
    ]);
    const [event] = (await readEyetracking(path)).events;
    expect(event).toMatchObject({ start: 2, end: 252, x: 512.5, y: 300.25 });
  });

  test('raw data of BeGaze: the time of day is no time, the eyes’ places are no gaze', async () => {
    const columns =
      'RecordingTime [ms];Time of Day [h:m:s:ms];Pupil Position Right X [px];Pupil Diameter Right [mm];Point of Regard Right X [px];Point of Regard Right Y [px]';
    const rows = [
      '10,0;1:2:3:4;1;3,5;800,5;500,0',
      '18,3;1:2:3:12;1;-;-;-',
      '26,7;1:2:3:20;1;3,5;801,5;500,0',
    ];
    const recording = await readEyetracking(table('raw.txt', columns, rows));
    expect([...recording.samples.time]).toEqual([10, 18.3, 26.7]);
    expect([...recording.samples.eyes[0].x]).toEqual([800.5, Number.NaN, 801.5]);
    expect([...(recording.samples.eyes[0].pupil ?? [])]).toEqual([3.5, Number.NaN, 3.5]);
  });
});

describe('Gazepoint and Pupil Labs', () => {
  test('a list of Gazepoint’s fixations has no samples; invalid ones are left out', async () => {
    const columns = 'CNT,TIME,FPOGX,FPOGY,FPOGS,FPOGD,FPOGID,FPOGV,BPOGX,BPOGY,BPOGV';
    const rows = ['1,0.2,0.5,0.4,0.0,0.2,1,1,0.5,0.4,1', '2,0.4,0.1,0.1,0.2,0.1,2,0,0.1,0.1,0'];
    const recording = await readEyetracking(table('fixations.csv', columns, rows));
    expect(recording).toMatchObject({ format: 'gazepoint', samples: { count: 0 } });
    expect(recording.events).toMatchObject([{ start: 0, end: 200, x: 0.5 }]);
  });

  test('Gazepoint’s times begin anew with every stimulus, and so do the numbers of fixations; its ticks run on', async () => {
    const columns =
      'MEDIA_ID,TIME(2023/02/22 14:26:24.897),TIMETICK(f=10000000),FPOGX,FPOGY,FPOGS,FPOGD,FPOGID,FPOGV';
    const path = table('media.csv', columns, [
      '0,0.5,100000000,0.5,0.4,0.1,0.4,1,1',
      '0,2.5,120000000,0.5,0.4,2.0,0.5,2,1',
      '1,0.0,140000000,0.6,0.4,0.0,0.2,1,1',
    ]);
    const recording = await readEyetracking(path);
    expect([...recording.samples.time]).toEqual([500, 2500, 4500]);
    expect(recording.events.map(({ start, end }) => [Math.round(start), Math.round(end)])).toEqual([
      [100, 500],
      [2000, 2500],
      [4500, 4700],
    ]);
    expect(recording.notices).toEqual([]);
  });

  test('fixations and older names of Pupil Core; views of the eyes’ cameras are no gaze', async () => {
    const fixations = 'id,start_timestamp,duration,norm_pos_x,norm_pos_y,confidence';
    const core = await readEyetracking(table('core-fixations.csv', fixations, ['1,10.5,210.5,0.2,0.7,0.9']));
    expect(core).toMatchObject({ format: 'pupil-core', origin: 'bottom-left', unit: 'norm' });
    expect(core.events).toMatchObject([{ start: 10500, end: 10710.5, x: 0.2, y: 0.7 }]);
    const old = 'timestamp,index,confidence,norm_pos_x,norm_pos_y';
    const before = await readEyetracking(table('old.csv', old, ['1.5,0,0.9,0.2,0.7', '1.505,0,0.1,0.2,0.7']));
    expect(before.origin).toBe('bottom-left');
    expect([...before.samples.eyes[0].y]).toEqual([0.7, Number.NaN]);
    const eyes = 'pupil_timestamp,world_index,eye_id,confidence,norm_pos_x,norm_pos_y,diameter';
    await expect(
      readEyetracking(table('pupil.csv', eyes, ['1.5,0,0,1,0.5,0.5,40', '1.6,0,1,1,0.5,0.5,41'])),
    ).rejects.toMatchObject({ code: 'eyetracking.not-gaze' });
  });

  test('fixations of Pupil Cloud; its motion sensor is no gaze', async () => {
    const columns =
      'fixation id,start timestamp [ns],end timestamp [ns],duration [ms],fixation x [px],fixation y [px]';
    const recording = await readEyetracking(
      table('cloud.csv', columns, [
        '1,1700000000123456789,1700000000323456789,200,800.5,600.5',
        '2,1700000000423456789,1700000000523456789,100,810.5,600.5',
      ]),
    );
    expect(recording.events).toMatchObject([
      { start: 0, end: 200, x: 800.5 },
      { start: 300, end: 400, x: 810.5 },
    ]);
    const motion = 'timestamp [ns],gyro x [deg/s],gyro y [deg/s]';
    await expect(readEyetracking(table('imu.csv', motion, ['1,2,3', '2,3,4']))).rejects.toMatchObject({
      code: 'eyetracking.not-gaze',
    });
  });
});

test('fixations beside the gaze of Pupil Cloud are its events; in a folder they are no recording of their own', async () => {
  const inner = join(folder, 'neon');
  mkdirSync(inner);
  const gaze = join(inner, 'gaze.csv');
  const stamps = ['1700000000000000000', '1700000000005000000', '1700000000010000000'];
  writeFileSync(
    gaze,
    `timestamp [ns],gaze x [px],gaze y [px]\n${stamps.map((stamp) => `${stamp},800,600`).join('\n')}\n`,
  );
  writeFileSync(
    join(inner, 'fixations.csv'),
    'fixation id,start timestamp [ns],end timestamp [ns],duration [ms],fixation x [px],fixation y [px]\n1,1700000000005000000,1700000000105000000,100,801,602\n',
  );
  const recording = await readEyetracking(gaze);
  expect(recording.samples.count).toBe(3);
  expect(recording.events).toMatchObject([{ kind: 'fixation', start: 5, end: 105, x: 801, y: 602 }]);
  expect((await probeEyetracking([inner])).map(({ path }) => path)).toEqual([gaze]);
});

test('columns named in Chinese, written by Chinese Windows', async () => {
  // 时间,注视点X,注视点Y in GB 18030.
  const header = Buffer.from('cab1bce42cd7a2cad3b5e3582cd7a2cad3b5e359', 'hex').toString('latin1');
  const rows = ['0,500.5,300', '4,501.5,300', '8,502.5,300'];
  const recording = await readEyetracking(table('chinese.csv', header, rows, 'latin1'));
  expect([...recording.samples.eyes[0].x]).toEqual([500.5, 501.5, 502.5]);
  expect(recording.rate).toBe(250);
});

test('columns as PyGaze writes them: the date is no time', async () => {
  const columns = 'timestamp\ttime\tfix\trawx\trawy\tpsize\tLrawx\tLrawy\tLpsize\tLpupilx';
  const rows = [0, 16, 33].map(
    (time) => `2013-10-14 10:49:49.${time}\t${time}\tTrue\t5\t6\t20\t7\t8\t21\t.5`,
  );
  const recording = await readEyetracking(table('pygaze.tsv', columns, rows));
  expect([...recording.samples.time]).toEqual([0, 16, 33]);
  expect(recording.samples.eyes).toMatchObject([{ eye: 'left' }]);
  expect([recording.samples.eyes[0].x[0], recording.samples.eyes[0].pupil?.[0]]).toEqual([7, 21]);
});

test('the rate of times in whole milliseconds is that of the tracker', () => {
  const clock = (rate: number) =>
    sampleClock(Float64Array.from({ length: 600 }, (_, at) => Math.floor((at * 1000) / rate))).rate;
  expect(clock(120)).toBeCloseTo(120, 0);
  expect(clock(300)).toBeCloseTo(300, 0);
  expect(clock(600)).toBeCloseTo(600, 0);
  expect(clock(250)).toBe(250);
});
