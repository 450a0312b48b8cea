import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { EyelinkRecording } from '../../../../main/formats/eyetracking/eyelink-asc.ts';
import { readEyetracking } from '../../../../main/formats/eyetracking/open-eyetracking.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-eye-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const head = '** CONVERTED FROM a.edf using edfapi\n** DATE: \n**\n';

describe('EyeLink .asc', () => {
  test('remote mode: flags between columns, input, head target; velocity and resolution', async () => {
    const text = `${head}START\t100\tRIGHT\tSAMPLES\tEVENTS
SAMPLES\tGAZE\tRIGHT\tHTARGET\tVEL\tRES\tRATE\t 500.00\tTRACKING\tCR\tFILTER\t2\tINPUT
100\t  10.5\t  20.5\t 700.0\t  1.5\t -2.5\t  26.3\t  27.1\t  127\t...\t  -378.0\t -5283.0\t 599.8\t.............
102\t   .\t   .\t    0.0\t  .\t  .\t  26.3\t  27.1\t  127\tC..\t  -378.0\t -5283.0\t 600.8\t...CF.B.RTB.R
END\t104\tSAMPLES\tEVENTS\tRES\t  47.75\t  45.92
`;
    const recording = await readEyetracking(file('remote.asc', text));
    const [eye] = recording.samples.eyes;
    expect(recording).toMatchObject({ format: 'eyelink-asc', eyes: ['right'], rate: 500 });
    expect([...eye.x]).toEqual([10.5, Number.NaN]);
    expect([...(eye.pupil ?? [])]).toEqual([700, 0]);
    expect([...recording.samples.extra.distance]).toEqual([599.8, 600.8]);
    expect([...recording.samples.extra.DIN]).toEqual([127, 127]);
    expect([...recording.samples.extra.yvel_right]).toEqual([-2.5, Number.NaN]);
    expect(recording.notices).toEqual([]);
  });

  test('both eyes, then one, at another rate; no END at the end; all events', async () => {
    const text = `${head}MSG\t90 DISPLAY_COORDS 0 0 1279 1023
   12 34 5
START\t100.0\tLEFT\tRIGHT\tSAMPLES\tEVENTS
SAMPLES\tGAZE\tLEFT\tRIGHT\tRATE\t2000.00
100.0\t1\t2\t3\t4\t5\t6\t.....
100.5\t1\t2\t3\t.\t.\t0.0\t.....
BUTTON\t100.5\t2\t1
INPUT\t100.5\t8
EBLINK R 90\t100.0\t11
EFIX L   100.0\t200.0\t100.5\t  12.0\t  34.0\t    284
ESACC R  100.0\t130.0\t30.5\t  1.0\t  2.0\t  3.0\t  4.0\t   1.21\t    103
END\t101.0\tSAMPLES
START\t500\tLEFT\tSAMPLES
SAMPLES\tGAZE\tLEFT\tRATE\t1000.00
500\t7\t8\t9\t...
`;
    const recording = (await readEyetracking(file('switch.asc', text))) as EyelinkRecording;
    expect(
      recording.blocks.map(({ eyes, rate, end, sampleCount }) => ({ eyes, rate, end, sampleCount })),
    ).toEqual([
      { eyes: ['left', 'right'], rate: 2000, end: 101, sampleCount: 2 },
      { eyes: ['left'], rate: 1000, end: null, sampleCount: 1 },
    ]);
    expect([...recording.samples.time]).toEqual([100, 100.5, 500]);
    expect([...recording.samples.eyes[1].x]).toEqual([4, Number.NaN, Number.NaN]);
    expect(recording.events.map(({ kind, eye }) => `${kind} ${eye}`)).toEqual([
      'blink right',
      'fixation left',
      'saccade right',
    ]);
    expect(recording.events[2]).toMatchObject({ x: 1, endY: 4, amplitude: 1.21, peakVelocity: 103 });
    expect(recording.messages.map(({ kind }) => kind)).toEqual(['message', 'button', 'input']);
    expect(recording.notices.map(({ code }) => code)).toEqual(['eyelink.no-end', 'eyelink.several-rates']);
    expect(recording.screen).toEqual({ width: 1280, height: 1024 });
  });

  test('the tracker’s binary files and files without a recording are refused with the way out', async () => {
    await expect(readEyetracking(file('a.edf', 'SR_RESEARCH_COMBFILE\0\0'))).rejects.toMatchObject({
      code: 'eyelink.edf',
    });
    await expect(readEyetracking(file('b.asc', `${head}MSG\t1 nothing\n`))).rejects.toMatchObject({
      code: 'eyelink.no-recording',
    });
  });
});

test('Tobii Pro Lab (synthetic): µs, other sensors’ rows, decimal comma, validity, UTF-16', async () => {
  const columns =
    'Recording timestamp\tSensor\tEvent\tGaze point left X [DACS px]\tGaze point left Y [DACS px]\tGaze point right X [DACS px]\tGaze point right Y [DACS px]\tPupil diameter left [mm]\tValidity left\tValidity right\tEye movement type\tEye movement type index\tGaze event duration [ms]\tFixation point X [DACS px]\tFixation point Y [DACS px]';
  const rows = [
    '1000\t\tImageStimulusStart\t\t\t\t\t\t\t\t\t\t\t\t',
    '2000\tEye Tracker\t\t512,5\t300\t514,5\t301\t3,25\tValid\tValid\tFixation\t1\t50\t513,5\t300,5',
    '3000\tGyroscope\t\t\t\t\t\t\t\t\t\t\t\t\t',
    '18667\tEye Tracker\t\t0\t0\t515,5\t302\t0\tInvalid\tValid\tFixation\t1\t50\t513,5\t300,5',
    '35333\tEye Tracker\t\t0\t0\t0\t0\t0\tInvalid\tInvalid\tEyesNotFound\t2\t17\t\t',
  ];
  const text = Buffer.from(`\uFEFF${[columns, ...rows].join('\r\n')}`, 'utf16le');
  const recording = await readEyetracking(file('tobii.tsv', text));
  expect(recording).toMatchObject({ format: 'tobii-pro', eyes: ['left', 'right'], unit: 'px' });
  expect([...recording.samples.time]).toEqual([2, 18.667, 35.333].map((value) => expect.closeTo(value, 9)));
  expect([...recording.samples.eyes[0].x]).toEqual([512.5, Number.NaN, Number.NaN]);
  expect([...recording.samples.eyes[1].x]).toEqual([514.5, 515.5, Number.NaN]);
  expect(recording.messages).toEqual([{ time: 1, kind: 'message', text: 'ImageStimulusStart' }]);
  expect(recording.events).toMatchObject([{ kind: 'fixation', start: 2, end: 52, x: 513.5 }]);
});

test('Gazepoint (synthetic): the clock in the heading, values beyond the screen, the last row of a fixation counts', async () => {
  const text = `MEDIA_ID,MEDIA_NAME,CNT,TIME(2023/02/22 14:26:24.897),TIMETICK(f=10000000),FPOGX,FPOGY,FPOGS,FPOGD,FPOGID,FPOGV,BPOGX,BPOGY,BPOGV,LPOGX,LPOGY,LPOGV,RPOGX,RPOGY,RPOGV,LPMM,
0,"a, b",0,0.00000,1,0.5,0.5,0.00,0.10,1,1,0.5,0.5,1,0.49,0.5,1,0.51,0.5,1,3.1,
0,"a, b",1,0.01667,2,0.5,0.6,0.00,0.12,1,1,0.5,0.5,1,-0.02,1.1,1,0.52,0.5,0,3.2,
`;
  const recording = await readEyetracking(file('all_gaze.csv', text));
  expect(recording).toMatchObject({ format: 'gazepoint', unit: 'norm', eyes: ['left', 'right'] });
  expect([...recording.samples.eyes[0].y]).toEqual([0.5, 1.1]);
  expect([...recording.samples.eyes[1].x]).toEqual([0.51, Number.NaN]);
  expect(recording.events).toMatchObject([{ start: 0, end: expect.closeTo(120, 6), y: 0.6 }]);
});

test('Pupil Core counts upward and says how sure it is; Neon’s nanoseconds stay exact', async () => {
  const core = await readEyetracking(
    file(
      'gaze_positions.csv',
      'gaze_timestamp,world_index,confidence,norm_pos_x,norm_pos_y,base_data\n10.5,0,0.9,0.25,0.75,a b\n10.504,0,0.3,0.5,0.5,a b\n',
    ),
  );
  expect(core).toMatchObject({ format: 'pupil-core', origin: 'bottom-left', unit: 'norm' });
  expect([...core.samples.eyes[0].y]).toEqual([0.75, Number.NaN]);
  const neon = await readEyetracking(
    file(
      'gaze.csv',
      'section id,recording id,timestamp [ns],gaze x [px],gaze y [px]\ns,r,1725032224852161732,800.1,600.2\ns,r,1725032224857161737,801.1,601.2\n',
    ),
  );
  expect([...neon.samples.time]).toEqual([0, 5.000005]);
});

test('SMI samples: 0, 0 is a lost eye, messages among the samples', async () => {
  const text = `## [iView]\n## Sample Rate:\t250\n## Calibration Area:\t1680\t1050\nTime\tType\tTrial\tL POR X [px]\tL POR Y [px]\tL Dia X [px]\n1000\tSMP\t1\t10.5\t20\t3\n3000\tMSG\t1\t# Message: a.jpg\n5000\tSMP\t1\t0.00\t0.00\t0\n`;
  const recording = await readEyetracking(file('smi.txt', text));
  expect(recording).toMatchObject({
    format: 'smi-samples',
    rate: 250,
    screen: { width: 1680, height: 1050 },
  });
  expect([...recording.samples.eyes[0].x]).toEqual([10.5, Number.NaN]);
  expect(recording.messages).toEqual([{ time: 3, kind: 'message', text: 'a.jpg' }]);
});

test('BIDS eye-tracking: columns from the sidecar, tracker events beside it', async () => {
  const stem = 'sub-01_task-read_recording-eye1_';
  const sidecar = {
    Columns: ['timestamp', 'x_coordinate', 'y_coordinate', 'pupil_size'],
    SamplingFrequency: 500,
    StartTime: 0,
    RecordedEye: 'right',
    PhysioType: 'eyetrack',
    x_coordinate: { Units: 'pixel' },
  };
  file(`${stem}physio.json`, JSON.stringify(sidecar));
  file(
    `${stem}physioevents.json`,
    JSON.stringify({ Columns: ['onset', 'duration', 'trial_type', 'blink', 'message'] }),
  );
  file(`${stem}physioevents.tsv.gz`, gzipSync('1000\t180\tfixation\t0\tn/a\n1001\tn/a\tn/a\tn/a\tgo\n'));
  const path = file(`${stem}physio.tsv.gz`, gzipSync('1000\t1.5\t2.5\t700\n1002\tn/a\tn/a\tn/a\n'));
  const recording = await readEyetracking(path);
  expect(recording).toMatchObject({ format: 'bids-physio', eyes: ['right'], unit: 'px', rate: 500 });
  expect([...recording.samples.eyes[0].x]).toEqual([1.5, Number.NaN]);
  expect(recording.events).toMatchObject([{ kind: 'fixation', start: 1000, end: 1180 }]);
  expect(recording.messages).toMatchObject([{ time: 1001, text: 'go' }]);
});

test('BIDS eye-tracking: both eyes at once, sidecars from above, durations in seconds', async () => {
  const root = join(folder, 'dataset');
  const data = join(root, 'sub-01', 'beh');
  mkdirSync(data, { recursive: true });
  const put = (at: string, name: string, content: string | Uint8Array) =>
    writeFileSync(join(at, name), content);
  put(root, 'dataset_description.json', '{"Name": "d", "BIDSVersion": "1.11.0"}');
  const columns = ['timestamp', 'x_coordinate', 'y_coordinate'];
  put(
    root,
    'task-read_physio.json',
    JSON.stringify({ Columns: columns, SamplingFrequency: 250, StartTime: 0 }),
  );
  const presentation = { ScreenResolution: [1920, 1080], ScreenSize: [0.5, 0.3], ScreenDistance: 0.6 };
  put(root, 'task-read_events.json', JSON.stringify({ StimulusPresentation: presentation }));
  put(root, 'task-read_physioevents.json', JSON.stringify({ Columns: ['onset', 'duration', 'trial_type'] }));
  for (const [eye, side] of [
    [1, 'left'],
    [2, 'right'],
  ] as const) {
    const stem = `sub-01_task-read_recording-eye${eye}_`;
    // The nearer sidecar has the rate of its own and says which eye it is.
    put(data, `${stem}physio.json`, JSON.stringify({ RecordedEye: side, SamplingFrequency: 500 }));
    put(data, `${stem}physio.tsv.gz`, gzipSync(`0\t${eye}\t5\n2\t${eye}.5\t5\n`));
    put(data, `${stem}physioevents.tsv.gz`, gzipSync(`${eye}\t0.18\tfixation\n`));
  }
  const recording = await readEyetracking(join(data, 'sub-01_task-read_recording-eye1_physio.tsv.gz'));
  expect(recording).toMatchObject({ eyes: ['left', 'right'], rate: 500, notices: [] });
  expect(recording.screen).toEqual({ width: 1920, height: 1080 });
  expect(recording.samples.eyes.map(({ x }) => [...x])).toEqual([
    [1, 1.5],
    [2, 2.5],
  ]);
  expect(recording.events.map(({ eye, start, end }) => [eye, start, end])).toEqual([
    ['left', 1, 181],
    ['right', 2, 182],
  ]);
  const second = await readEyetracking(join(data, 'sub-01_task-read_recording-eye2_physio.tsv.gz'));
  expect(second.eyes).toEqual(['right']);
});

test('a table without gaze is refused; guesses are said', async () => {
  await expect(readEyetracking(file('words.csv', 'word,count\na,1\nb,2\n'))).rejects.toMatchObject({
    code: 'eyetracking.not-gaze',
  });
  const rows = Array.from({ length: 5 }, (_, at) => `${1000 + at * 4};${100 + at},5;200`).join('\n');
  const recording = await readEyetracking(file('gaze-de.csv', `time;x;y\n${rows}\n`));
  expect(recording.rate).toBe(250);
  expect(recording.samples.eyes[0].x[1]).toBe(101.5);
  expect(recording.notices.map(({ code }) => code)).toEqual([
    'eyetracking.time-unit-guessed',
    'eyetracking.unit-guessed',
  ]);
});
