import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFrameTableHead } from '../../../../main/formats/pressure/frame-table.ts';
import { openPressure, pressureFormat } from '../../../../main/formats/pressure/open-pressure.ts';
import { probePressure } from '../../../../main/importing/pressure/probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-frame-table-'));

function file(
  name: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const path = join(folder, name);
  writeFileSync(path, [columns, ...rows].map((row) => row.join(',')).join('\n'));
  return path;
}

const sensors = (count: number): string[] => Array.from({ length: count }, (_, at) => `S${at + 1}`);
const cells = (count: number, add = 0): number[] => Array.from({ length: count }, (_, at) => at + add);

describe('tables with one frame a row', () => {
  test('time and numbered sensors are told by their names', async () => {
    const rows = [0, 1, 2, 3].map((at) => [at, 100 + at * 20, ...cells(24, at), 7]);
    const path = file('mat.csv', ['frame', 'time (ms)', ...sensors(24), 'battery'], rows);
    const { guess } = await readFrameTableHead(path);
    expect(guess).toMatchObject({
      mapping: { time: 'time (ms)', timeUnit: 'ms', first: 'S1', last: 'S24', order: 'rows' },
      layout: null,
    });
    expect(guess?.confidence).toBeCloseTo(0.9, 10);
    expect(await pressureFormat(path)).toBe('frame-table');
    const recording = await openPressure(path, { layout: { rows: 4, cols: 6 } });
    expect(recording).toMatchObject({ format: 'frame-table', rows: 4, cols: 6, frameCount: 4 });
    expect(recording.rate).toBeCloseTo(50, 10);
    [...(recording.times ?? [])].forEach((seconds, at) => {
      expect(seconds).toBeCloseTo(at * 0.02, 12);
    });
    expect([...(await recording.frame(2))]).toEqual(cells(24, 2));
    await recording.close();
  });

  test('names with two numbers give rows, columns, order and unit', async () => {
    const names = [1, 2].flatMap((col) => [1, 2, 3].map((row) => `r${row}c${col} (mmHg)`));
    const path = file(
      'fold.csv',
      ['t', ...names],
      [
        [0, 11, 21, 31, 12, 22, 32],
        [0.5, 1, 1, 1, 1, 1, 1],
      ],
    );
    const recording = await openPressure(path);
    expect(recording).toMatchObject({ rows: 3, cols: 2, unit: 'mmHg', rate: 2, notices: [] });
    expect([...(await recording.frame(0))]).toEqual([11, 12, 21, 22, 31, 32]);
    await recording.close();
  });

  test('columns that are given win over the guess, column by column too', async () => {
    const rows = [0, 1].map((at) => [at, ...cells(8, at)]);
    const path = file('given.csv', ['clock', ...'abcdefgh'], rows);
    expect(await pressureFormat(path)).toBeNull();
    const mapping = { time: 'clock', timeUnit: 's', first: 'b', last: 'g', order: 'columns' } as const;
    const recording = await openPressure(path, { mapping, layout: { rows: 2, cols: 3 } });
    expect([...(await recording.frame(0))]).toEqual([1, 3, 5, 2, 4, 6]);
    await recording.close();
    await expect(openPressure(path, { mapping: { ...mapping, last: 'z' } })).rejects.toMatchObject({
      code: 'pressure.no-column',
    });
    await expect(openPressure(path, { mapping, layout: { rows: 2, cols: 4 } })).rejects.toMatchObject({
      code: 'pressure.damaged',
    });
  });

  test('time that goes back, and words among the cells, are refused with their place', async () => {
    const back = file(
      'back.csv',
      ['time', ...sensors(12)],
      [0, 1, 2].map((at) => [at, ...cells(12)]).concat([[1, ...cells(12)]]),
    );
    await expect(
      openPressure(back, {
        mapping: { time: 'time', timeUnit: 's', first: 'S1', last: 'S12', order: 'rows' },
      }),
    ).rejects.toThrow('line 5');
    const word = file(
      'word.csv',
      sensors(12),
      Array.from({ length: 40 }, (_, at) => (at === 39 ? ['x', ...cells(11)] : cells(12))),
    );
    const recording = await openPressure(word, { layout: { rows: 3, cols: 4 } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(recording).toMatchObject({ rows: 3, cols: 4 });
    if (recording instanceof Error) throw recording;
    await expect((recording as Awaited<ReturnType<typeof openPressure>>).frame(39)).rejects.toMatchObject({
      code: 'pressure.damaged',
    });
  });

  test('words × raters, gaze and plain numbers are not taken for mats', async () => {
    const raters = file(
      'raters.csv',
      ['word', ...sensors(20)],
      [
        ['dog', ...cells(20)],
        ['war', ...cells(20)],
      ],
    );
    const channels = file(
      'eeg.csv',
      ['time', ...cells(16).map((at) => `ch${at}`)],
      [0, 1, 2].map((at) => [at, ...cells(16).map(() => -1.5)]),
    );
    expect(await pressureFormat(raters)).toBeNull();
    expect(await pressureFormat(channels)).toBeNull();
    const [rated, eeg] = await probePressure([raters, channels]).then((found) => [...found].reverse());
    expect(rated.table?.confidence).toBeLessThan(0.6);
    expect(eeg.problem).toMatchObject({ code: 'pressure.not-pressure' });
  });
});
