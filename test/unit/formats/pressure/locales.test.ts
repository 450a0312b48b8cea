import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPressure } from '../../../../main/formats/pressure/open-pressure.ts';
import { leadingNumber, millimetres } from '../../../../main/formats/pressure/recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-pressure-locales-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, lines: readonly string[], encoding: BufferEncoding = 'utf8'): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from(lines.join('\r\n'), encoding));
  return path;
}

async function first(
  path: string,
): Promise<{ recording: Awaited<ReturnType<typeof openPressure>>; cells: number[] }> {
  const recording = await openPressure(path);
  const cells = [...(await recording.frame(0))];
  await recording.close();
  return { recording, cells };
}

test('lengths and numbers with a point, a comma, an exponent', () => {
  expect(['5,08 mm', '0.2 inches', '1.27e-3 meters', '1,016 cm', 'wide'].map(millimetres)).toEqual([
    5.08,
    expect.closeTo(5.08, 9),
    expect.closeTo(1.27, 9),
    expect.closeTo(10.16, 9),
    null,
  ]);
  expect(['25,8064 mm2', ' 1.6e-06 m2', '.5', 'none'].map(leadingNumber)).toEqual([
    25.8064,
    1.6e-6,
    0.5,
    Number.NaN,
  ]);
});

describe('Tekscan', () => {
  const tekscan = (header: readonly string[], rows: readonly string[]): string[] => [
    'DATA_TYPE MOVIE',
    'ROWS 2',
    'COLS 2',
    ...header,
    'ASCII_DATA @@',
    'Frame 1',
    ...rows,
    '@@',
  ];

  test('decimal commas in the header, and in cells between semicolons', async () => {
    const header = [
      'ROW_SPACING 5,08 mm',
      'COL_SPACING 5,08 mm',
      'SENSEL_AREA 25,8064 mm2',
      'SECONDS_PER_FRAME 0,02',
      'SATURATION_PRESSURE 1514,73 KPa',
      'UNITS KPa',
    ];
    const { recording, cells } = await first(file('comma.asf', tekscan(header, ['1,5;B', '0;2,25'])));
    expect(recording).toMatchObject({ unit: 'kPa', rate: 50, cellArea: 25.8064, saturation: 1514.73 });
    expect(recording.cellSize).toEqual({ width: 5.08, height: 5.08 });
    expect(cells).toEqual([1.5, Number.NaN, 0, 2.25]);
  });

  test('counts have no saturation in kPa; other units of pressure, area and a quoted header', async () => {
    const counts = ['ROW_SPACING 1 cm', 'SATURATION_PRESSURE 1514 KPa', 'UNITS RAW'];
    expect((await first(file('raw.asf', tekscan(counts, ['1,2', '3,4'])))).recording.saturation).toBeNull();
    const quoted = [
      '"ROW_SPACING","1.016 cm"',
      '"SENSEL_AREA","1.032256 cm2"',
      '"SATURATION_PRESSURE","2 MPa"',
      '"UNITS","kg/cm2"',
    ];
    const { recording } = await first(file('quoted.csv', tekscan(quoted, ['1,2', '3,4'])));
    expect(recording).toMatchObject({ unit: 'kgf/cm2', saturation: expect.closeTo(2000 / 98.0665, 6) });
    expect(recording.cellArea).toBeCloseTo(103.2256, 9);
  });
});

describe('XSENSOR', () => {
  const frame = (sensor: readonly string[], rows: readonly string[]): string[] => [
    'Frame:,1',
    'Time:, 21:43:52.000',
    ...sensor,
    'Rows:,2',
    'Columns:,2',
    'Sensel Width (in):,0.5',
    'Sensel Height (in):,0.5',
    'Peak Pressure (N/cm2):,2.5',
    'Sensels:',
    ...rows,
  ];

  test('a mat of another version: colons, no name, inches, the unit behind the peak', async () => {
    const { recording, cells } = await first(file('mat.csv', frame([], ['0,1.5', '2.5,0'])));
    expect(recording).toMatchObject({ format: 'xsensor', rows: 2, cols: 2, unit: 'N/cm2' });
    expect(recording.cellSize).toEqual({ width: 12.7, height: 12.7 });
    expect(cells).toEqual([0, 1.5, 2.5, 0]);
  });

  test('decimal commas in quotes', async () => {
    const rows = frame(['Sensor:,PX100'], ['0,"1,5"', '"2,5",0']).map((line) => line.replace('0.5', '"0,5"'));
    const { recording, cells } = await first(file('comma.csv', ['File:,x.xsn', 'Units:,mmHg', ...rows]));
    expect(recording).toMatchObject({ unit: 'mmHg', cellSize: { width: 12.7, height: 12.7 } });
    expect(cells).toEqual([0, 1.5, 2.5, 0]);
  });
});

describe('novel', () => {
  test('pedar with decimal commas; a single insole is no mat', async () => {
    const insole = Array.from({ length: 99 }, (_, at) => String(at + 1));
    const lines = (sensors: readonly string[]): string[] => [
      'file name:  x.sol\tdate/time  25.04.23 10.49',
      'sensor type:  y-1865l-1870r',
      'total time [secs]:  0,040\ttime per frame [secs]:  0,02000\tscanning rate [Hz]:   50',
      'pressure values in  kPa',
      `time[secs]\t${sensors.join('\t')}`,
      ...[1, 2].map((row) => `0,0${row * 2}0\t${sensors.map(() => `${row},5`).join('\t')}`),
    ];
    const both = await first(file('pedar.asc', lines([...insole, ...insole])));
    expect(both.recording).toMatchObject({
      format: 'novel-pedar',
      rows: 2,
      cols: 99,
      frameCount: 2,
      rate: 50,
    });
    expect(both.recording.times?.[1]).toBeCloseTo(0.02, 9);
    expect(both.cells.every((cell) => cell === 1.5)).toBe(true);
    const one = await first(file('one.asc', lines(insole)));
    expect(one.recording).toMatchObject({ format: 'novel-pedar', rows: 1, cols: 99 });
  });

  test('emed with decimal commas', async () => {
    const path = file(
      'emed.lst',
      [
        '\tPage 1',
        '\tFile: 2.dat \tMatrix: 4x3 ',
        '\tSensor area: 0,25 cm²\tTime/picture:20,0 ms',
        '\tSensor size: 0,500x0,500 cm',
        '\tPict-No.: 1  Force[N]=sum*sensor_area in row/column',
        '',
        '\t2\t3\tForce',
        '2\t12,50\t40,00\t1,31',
        'Force\t0,31\t1,00\t1,31',
      ],
      'latin1',
    );
    const { recording, cells } = await first(path);
    expect(recording).toMatchObject({ rows: 3, cols: 4, rate: 50, cellArea: 25 });
    expect(recording.cellSize).toEqual({ width: 5, height: 5 });
    expect(cells).toEqual([0, 0, 0, 0, 0, 12.5, 40, 0, 0, 0, 0, 0]);
    expect(recording).toMatchObject({ pages: [{ force: 1.31 }] });
  });
});
