import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils, write } from '@e965/xlsx';
import { expect, test } from 'vitest';
import type { NovelRecording } from '../../../../main/formats/pressure/novel-asc.ts';
import { openPressure } from '../../../../main/formats/pressure/open-pressure.ts';
import type { TekscanRecording } from '../../../../main/formats/pressure/tekscan.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-pressure-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function iScan(frames: string[], tail = '@@\n'): string {
  return [
    'DATA_TYPE,MOVIE',
    'VERSION,Tekscan Pressure Measurement System 7.0',
    'SENSOR_TYPE 5101',
    'ROWS 2',
    'COLS 3',
    'ROW_SPACING 0.127 centimeters',
    'COL_SPACING 0.2 inches',
    'SECONDS_PER_FRAME 0.1',
    'START_FRAME 4',
    `END_FRAME ${3 + frames.length}`,
    'SOME_NEW_KEY 12,3',
    'UNITS Raw',
    'ASCII_DATA @@',
    '',
    ...frames,
    tail,
  ].join('\r\n');
}

test('Tekscan I-Scan: absent cells, spacing in two units, the vendor’s sums, an export that was cut off', async () => {
  const first = 'Frame 4, 0,, 12-05-2020,,,Raw Sum=,,10\r\nB,1,2\r\n3,4,B\r\n';
  const second = 'Frame 5, 0.1,, 12-05-2020,,,Raw Sum=,,7\r\nB,0,7\r\n0,0,B\r\n';
  const whole = (await openPressure(file('a.csv', iScan([first, second])))) as TekscanRecording;
  expect(whole).toMatchObject({
    format: 'tekscan',
    rows: 2,
    cols: 3,
    frameCount: 2,
    unit: 'raw',
    rate: 10,
    rawSums: [10, 7],
    complete: true,
    notices: [],
  });
  expect(whole.cellSize).toEqual({ width: 0.2 * 25.4, height: 1.27 });
  expect([...whole.mask]).toEqual([0, 1, 1, 1, 1, 0]);
  expect([...(await whole.frame(1))]).toEqual([Number.NaN, 0, 7, 0, 0, Number.NaN]);
  await whole.close();

  const cut = await openPressure(file('cut.csv', iScan([first, 'Frame 5\r\nB,0'], '')));
  expect(cut.frameCount).toBe(1);
  expect(cut.notices[0]).toMatchObject({ code: 'pressure.cut-off', params: { found: 1, expected: 2 } });
  await cut.close();
});

test('novel pliance: the table ends where it ends, and electrical numbers fold into rows', async () => {
  const text = [
    'file name: 2.mat date/time 17.06.23 15.21',
    'mat type s2160_001',
    'total times [secs]: 44.458 time per frame [secs]: 0.04167 scanning rate [Hz]: 24',
    'pressure values in kPa',
    '',
    'electrical:',
    'time[secs] 4 5 6 36 37 38',
    ' 5.79167 0.000 10.000 0.000 1.000 2.000 3.000',
    ' 5.83333 0.000 13.333 0.000 1.000 2.000 3.500',
    'MPP 0.000 13.333 0.000 1.000 2.000 3.500',
    'time[secs] force x y',
    ' 5.79167 - - -',
  ].join('\n');
  const recording = (await openPressure(file('p.asc', text))) as NovelRecording;
  expect(recording).toMatchObject({
    format: 'novel-pliance',
    rows: 2,
    cols: 3,
    frameCount: 2,
    unit: 'kPa',
    rate: 24,
  });
  expect(recording.placed).toBe(true);
  expect([...(await recording.frame(1))]).toEqual([0, Math.fround(13.333), 0, 1, 2, 3.5]);
  expect(recording.linesAfter).toHaveLength(3);
  await recording.close();
});

test('XSENSOR: two feet beside each other, blank rows ignored, groups of cells left out', async () => {
  const blank = ',,,,';
  const sensor = (name: string, cells: string[]): string[] => [
    `SENSOR,${name},,,`,
    'Rows,2,,,',
    'Columns,2,,,',
    'Sensel Width (cm),0.86,,,',
    'Sensel Height (cm),0.9,,,',
    'Peak Pressure (mmHg),9,,,',
    'SENSELS,,,,',
    ...cells,
  ];
  const frame = (number: number, time: string): string[] => [
    `FRAME,${number},,,`,
    'Date, 2022 Aug 16,,,',
    `Time, ${time},,,`,
    ...sensor('A-LF S1', ['0,55.15,,,', '1,2,,,']),
    ...sensor('A-RF S1', ['3,4,,,', '5,6,,,']),
    'GROUP,1,,,',
    'Name,Left Heel,,,',
    'Rows,9,,,',
    'SENSELS,,,,',
    '7,8,9,7,8',
    '7,,,,',
  ];
  const lines = ['\uFEFFFile:,"C:\\Users\\someone\\4km.XSN",,,', 'Units:,mmHg,,,', 'Threshold:,51.72,,,'];
  const text = [...lines, ...frame(1464, '23:59:59.990'), ...frame(1465, '00:00:00.010')];
  const recording = await openPressure(file('x.csv', text.join(`\r\n${blank}\r\n`)));
  expect(recording).toMatchObject({ format: 'xsensor', rows: 2, cols: 4, frameCount: 2, unit: 'mmHg' });
  expect(recording.parts.map(({ side, col }) => [side, col])).toEqual([
    ['left', 0],
    ['right', 2],
  ]);
  expect(recording.cellSize?.height).toBe(9);
  expect(recording.times?.[1]).toBeCloseTo(0.02, 9);
  expect([...(await recording.frame(0))]).toEqual([0, Math.fround(55.15), 3, 4, 1, 2, 5, 6]);
  await recording.close();
});

test('RSscan footscan .xls', async () => {
  const rows = [
    ['footscan 7 gait'],
    ['Frame 1 (2.00 ms)'],
    [0, 1.5],
    [2, 3],
    [],
    ['Frame 2 (4.00 ms)'],
    [4, 5],
    [6, 7],
  ];
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), 'left');
  const bytes: Uint8Array = write(book, { type: 'buffer', bookType: 'biff8' });
  const recording = await openPressure(file('f.xls', bytes));
  expect(recording).toMatchObject({
    format: 'footscan',
    rows: 2,
    cols: 2,
    frameCount: 2,
    unit: 'N',
    rate: 500,
  });
  expect([...(await recording.frame(1))]).toEqual([4, 5, 6, 7]);
});

test.each([
  [
    'rows that are missing',
    'DATA_TYPE MOVIE\nVERSION Tekscan\nROW_SPACING 1 mm\nCOLS 3\nASCII_DATA @@\nFrame 1\n1,2,3\n',
  ],
  [
    'a size that cannot be',
    'DATA_TYPE MOVIE\nVERSION Tekscan\nSENSEL_AREA 1 mm2\nROWS 99999999\nCOLS 99999999\nASCII_DATA @@\n',
  ],
  ['a matrix without pictures', 'Matrix: 2x2\nPict-No.: x'],
  ['a table without values', 'file name: a\nsensor type: y\ntime[secs] 1 2\n'],
  ['frames of different sizes', 'Frame Index: 0, Measurement Time(sec): 0\n1 2\n3 4\nFrame Index: 1\n1 2\n'],
])('%s is refused in a sentence', async (_, text) => {
  await expect(openPressure(file('bad.txt', text))).rejects.toMatchObject({ code: 'pressure.damaged' });
});
