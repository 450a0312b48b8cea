import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plannedPressureSchema } from '../../../../main/contract/modality-import.ts';
import { createLogger } from '../../../../main/core/logger.ts';
import { createProject } from '../../../../main/data/open-project.ts';
import type { PressureRecording } from '../../../../main/formats/pressure/recording.ts';
import { feetOf } from '../../../../main/importing/pressure/feet.ts';
import { pressureImportJob } from '../../../../main/importing/pressure/ingest.ts';
import { previewPressure } from '../../../../main/importing/pressure/preview.ts';
import { probePressure } from '../../../../main/importing/pressure/probe.ts';
import {
  previewStandAndWalk,
  storedStandAndWalk,
} from '../../../../main/importing/pressure/stand-and-walk.ts';
import { jobContext } from '../fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-stand-and-walk-'));

/** A Tekscan movie of 2 × 4 cells of 1 × 2 cm at 20 frames a second. */
function movie(name: string, frames: readonly (readonly number[])[]): string {
  const path = join(folder, name);
  const header = ['DATA_TYPE MOVIE', 'VERSION Tekscan', 'ROWS 2', 'COLS 4', 'ROW_SPACING 20 mm'];
  const more = ['COL_SPACING 10 mm', 'SECONDS_PER_FRAME 0.05', 'UNITS kPa', 'ASCII_DATA @@'];
  const blocks = frames.map(
    (frame, at) => `Frame ${at + 1}\n${frame.slice(0, 4).join(',')}\n${frame.slice(4).join(',')}\n`,
  );
  writeFileSync(path, [...header, ...more, ...blocks, '@@'].join('\n'));
  return path;
}

const on = (at: number, shift: number) => (((at - shift) % 24) + 24) % 24 < 14;

describe('standing and walking in an imported recording', () => {
  test('a planted walk: 100 steps a minute, 0.7 s stance, 0.5 s swing, before and after the import', async () => {
    const path = movie(
      'walk.asf',
      Array.from({ length: 240 }, (_, at) => [on(at, 2) ? 40 : 0, 0, 0, on(at, 14) ? 40 : 0, 0, 0, 0, 0]),
    );
    const plan = plannedPressureSchema.parse({ path, subject: '1', task: 'walk' });
    const before = await previewStandAndWalk(plan);
    expect(before).toMatchObject({ frames: 240, of: 240, feet: 'halves', cell: { width: 1, height: 2 } });
    expect(before.gait.cadence).toBeCloseTo(100, 9);
    expect(before.gait.stanceSeconds).toBeCloseTo(0.7, 9);
    expect(before.gait.swingSeconds).toBeCloseTo(0.5, 9);
    expect(before.gait.doubleSupport).toBeCloseTo((100 * 4) / 24, 9);

    const project = createProject(join(folder, 'p.gyrus'), { logger: createLogger(() => {}, 'error') });
    await pressureImportJob('test').run(jobContext(project), { files: [plan] });
    expect(storedStandAndWalk(project, project.recordings.list()[0].id)).toEqual(before);
    project.close();
  });

  test('a centre that goes 1 cm across and 2 cm down and back walks 6 cm; exchanged axes do not change it', async () => {
    const at = (cell: number) => Array.from({ length: 8 }, (_, one) => (one === cell ? 30 : 0));
    const path = movie('stand.asf', [0, 1, 5, 4, 0].map(at));
    const plan = plannedPressureSchema.parse({ path, subject: '1', task: 'stand' });
    const { balance, sway } = await previewStandAndWalk(plan);
    expect(balance).toMatchObject({ unit: 'cm', rangeX: 1, rangeY: 2, rate: 20, resolvesSway: true });
    expect(balance.pathLength).toBeCloseTo(6, 9);
    expect(balance.velocity).toBeCloseTo((6 / 4) * 20, 9);
    expect(sway.path).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
    const turned = await previewStandAndWalk({
      ...plan,
      orientation: { transpose: true, flipRows: false, flipCols: false },
    });
    expect(turned.balance).toMatchObject({ rangeX: 2, rangeY: 1 });
    expect(turned.balance.pathLength).toBeCloseTo(6, 9);
  });

  test('insoles are feet of their own, wherever they lie; a lone sensor is the side that the plan says', () => {
    const parts = [
      { name: 'right', side: 'right' as const, row: 0, col: 0, rows: 1, cols: 4 },
      { name: 'left', side: 'left' as const, row: 1, col: 0, rows: 1, cols: 4 },
    ];
    const source = Uint32Array.from({ length: 8 }, (_, at) => at);
    const of = (some: PressureRecording['parts'], side: 'left' | 'right' | null) =>
      feetOf({ parts: some, cols: 4 } as PressureRecording, side, source, 4);
    expect(of(parts, null)).toEqual({ kind: 'sensors', sides: Int8Array.of(1, 1, 1, 1, -1, -1, -1, -1) });
    const lone = { ...parts[0], side: null, rows: 2 };
    expect(of([lone], null).kind).toBe('halves');
    expect([...of([lone], 'left').sides]).toEqual(Array(8).fill(-1));
  });

  test('a hot cell does not stretch the scale of the preview', async () => {
    const values = (at: number) =>
      Array.from({ length: 8 }, (_, cell) => (cell === 5 ? 900 : 10 + ((at + cell) % 5)));
    const path = movie(
      'hot.asf',
      Array.from({ length: 40 }, (_, at) => values(at)),
    );
    const preview = await previewPressure(plannedPressureSchema.parse({ path, subject: '1', task: 'hot' }));
    expect(preview.hotCells).toEqual([5]);
    expect(preview.highest).toBe(14);
  });
});

test('the side that a file is named by is a guess to confirm, and none where nothing names it', async () => {
  const frame = Array.from({ length: 8 }, () => 10);
  const named = ['walk_left.asf', 'trial3R.asf', 'Roller.asf', '右脚.asf'].map((name) =>
    movie(name, [frame, frame]),
  );
  const found = await probePressure(named);
  const side = (name: string) => {
    const row = found.find(({ path }) => path.endsWith(name));
    return [row?.plan?.side, row?.notices.at(-1)?.code];
  };
  expect(side('walk_left.asf')).toEqual(['left', 'pressure.named-left']);
  expect(side('trial3R.asf')).toEqual(['right', 'pressure.named-right']);
  expect(side('右脚.asf')[0]).toBe('right');
  expect(side('Roller.asf')).toEqual([null, undefined]);
});
