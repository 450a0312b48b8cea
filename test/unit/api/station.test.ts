import { afterEach, describe, expect, it } from 'vitest';
import { defaultMeasures, measureFrame } from '../../../main/analysis/pressure/measures.ts';
import { stationFramesResponse } from '../../../main/api/http/station-frames.ts';
import { framesForModel } from '../../../main/api/services/station/model-frames.ts';
import { createPressureTime } from '../../../main/api/services/station/pressure-time.ts';
import {
  createStationService,
  type StationService,
} from '../../../main/api/services/station/station-service.ts';
import { startStationTest } from '../../../main/api/services/station/station-test.ts';
import { createTurnWatch } from '../../../main/api/services/station/turn-watch.ts';
import { stationRequestSchema } from '../../../main/contract/station.ts';
import { lightPreset } from '../../../main/models/pressure/config.ts';
import { stationReport } from '../../../main/reports/station-report.ts';
import { simulatedSupply } from '../../../main/studies/pressure-keypoints/simulated/simulated-supply.ts';

const open: StationService[] = [];
afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
});

describe('station', () => {
  it('sends the newest frame with what is measured in it, simulated named simulated', async () => {
    const service = createStationService(simulatedSupply, () => Promise.reject(new Error('no model here')));
    open.push(service);
    const request = stationRequestSchema.parse({
      device: {
        name: 'a mat',
        transport: { kind: 'simulated', rate: 100 },
        rows: 64,
        cols: 32,
        cellSize: { width: 30, height: 30 },
        unit: 'kPa',
        threshold: 0.5,
      },
    });
    await service.open(null, request);
    await expect
      .poll(async () => (await service.require().view(-1)).view.index, { timeout: 10_000 })
      .toBeGreaterThan(2);
    const { view, values } = await service.require().view(-1);
    expect(view.simulated).toBe(true);
    const loaded = [...values].filter((value) => value > 0.5);
    expect(view.measures?.contactCells).toBe(loaded.length);
    expect(view.measures?.contactArea).toBeCloseTo(loaded.length * 9, 6);
    expect(view.measures?.peak).toBe(Math.max(...values));
    const reader = stationFramesResponse(service.require()).body?.getReader();
    const indices: number[] = [];
    for (let records = 0; records < 3; records++) {
      const bytes: Uint8Array = (await reader?.read())?.value ?? new Uint8Array(8);
      const head = new DataView(bytes.buffer);
      const described = head.getUint32(4, true);
      expect(head.getUint32(0, true)).toBe(bytes.length - 4);
      expect(bytes.length).toBe(8 + described + 2 * 4 * 2048);
      indices.push(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + described))).index);
    }
    expect(indices[2]).toBeGreaterThan(indices[1]);
    expect(indices[1]).toBeGreaterThan(indices[0]);
    await service.close();
    for (let done = false; !done; ) done = (await reader?.read())?.done ?? true;
  });

  it('refuses to annotate what is not recorded, and to show what is not open', async () => {
    const service = createStationService(simulatedSupply, () => Promise.reject(new Error('no model here')));
    open.push(service);
    expect(() => service.require()).toThrow(/No device is open/);
    await service.open(
      null,
      stationRequestSchema.parse({
        device: { name: 'a', transport: { kind: 'simulated' }, rows: 64, cols: 32 },
      }),
    );
    expect(() => service.require().annotate('x')).toThrow(/start one first/);
  });
});

describe('the reminder to turn', () => {
  it('comes when its time is over, goes when someone turned, and comes again', async () => {
    const service = createStationService(simulatedSupply, () => Promise.reject(new Error('no model here')));
    open.push(service);
    await service.open(
      null,
      stationRequestSchema.parse({
        device: { name: 'a mat', transport: { kind: 'simulated', rate: 200 }, rows: 64, cols: 32 },
        // 1.2 seconds of the simulated person's own clock.
        turnMinutes: 0.02,
      }),
    );
    const risk = async () => (await service.require().view(-1)).view.risk;
    await expect.poll(async () => (await risk()).minutesSinceTurn, { timeout: 10_000 }).toBeGreaterThan(0);
    expect((await risk()).due).toBe(false);
    const due = () => expect.poll(async () => (await risk()).due, { timeout: 20_000 });
    await due().toBe(true);
    expect((await risk()).minutesSinceTurn).toBeGreaterThanOrEqual(0.02);
    service.require().turned();
    const after = await risk();
    expect([after.due, after.minutesSinceTurn < 0.02]).toEqual([false, true]);
    await due().toBe(true);
  });
});

describe('frames for a model', () => {
  const config = { ...lightPreset(64, 24, 4) };
  const detector = { config, detect: () => Promise.reject(new Error('not asked')), release: async () => {} };
  const frame = Float32Array.from({ length: 60 * 21 }, (_, cell) => cell);

  it('keep their cells on the mat that was trained on: empty ones are added below and to the right', () => {
    const grid = { rows: 60, cols: 21 };
    const { resampledTo, toModel, toDevice } = framesForModel(grid, { detector, grid });
    expect(resampledTo).toBeNull();
    const filled = toModel(frame);
    expect(filled).toHaveLength(64 * 24);
    expect([filled[0], filled[20], filled[21], filled[24], filled[59 * 24 + 20], filled[60 * 24]]).toEqual([
      0,
      20,
      0,
      21,
      frame[frame.length - 1],
      0,
    ]);
    expect(toDevice(59, 20)).toEqual([59, 20]);
  });

  it('of another mat are interpolated over the same area, and that is told', () => {
    const { resampledTo, toModel, toDevice } = framesForModel(
      { rows: 30, cols: 21 },
      { detector, grid: { rows: 60, cols: 21 } },
    );
    expect(resampledTo).toEqual({ rows: 60, cols: 21 });
    const even = toModel(new Float32Array(30 * 21).fill(7));
    expect([even[0], even[59 * 24 + 20], even[21], even[60 * 24]]).toEqual([7, 7, 0, 0]);
    expect(toDevice(59.5, 20)).toEqual([29.5, 20]);
  });
});

describe('a balance test', () => {
  const grid = { rows: 4, cols: 4, cellWidth: 2, cellHeight: 2, cellArea: 4 };
  const at = (col: number, load: number) => {
    const frame = new Float32Array(16);
    frame[4 + col] = load;
    return measureFrame(frame, grid, defaultMeasures);
  };

  it('walks the path of the centre, and leaves out frames that bear too little', () => {
    const running = startStationTest('balance', grid);
    for (const [second, [col, load]] of [
      [0, 100],
      [1, 100],
      [3, 1],
      [1, 100],
      [0, 100],
    ].entries())
      running.see(at(col, load), 0, 0, second / 50);
    const result = running.result();
    if (result.kind !== 'balance') throw new Error('another test');
    // One cell of 2 cm there and back; the light frame at the far edge is a gap.
    expect(result.pathLength).toBeCloseTo(4, 9);
    expect(result.rangeX).toBeCloseTo(2, 9);
    expect(result.rate).toBeCloseTo(50, 9);
    expect(result.unit).toBe('cm');
    expect(running.sway()?.path).toEqual([[1, 0], [1, 1], null, [1, 1], [1, 0]]);
  });
});

describe('pressure × time', () => {
  it('adds up pressure times minutes over loaded cells, and no gap counts for more than five seconds', () => {
    const time = createPressureTime(1, 3, 10);
    const frame = Float32Array.of(60, 10, 120);
    for (const second of [0, 1, 2, 100]) time.see(frame, second);
    expect([...time.map]).toEqual([7, 0, 14]);
    expect(time.highest()).toEqual({ highest: 14, row: 0, col: 2 });
    time.reset();
    expect(time.highest().highest).toBe(0);
  });
});

describe('the report of the station', () => {
  it('is one page with every number, its definition, and what it is not', async () => {
    const service = createStationService(simulatedSupply, () => Promise.reject(new Error('no model here')));
    open.push(service);
    await service.open(
      null,
      stationRequestSchema.parse({
        device: { name: 'mat <1>', transport: { kind: 'simulated', rate: 100 }, rows: 64, cols: 32 },
      }),
    );
    await expect
      .poll(async () => (await service.require().view(-1)).view.index, { timeout: 10_000 })
      .toBeGreaterThan(5);
    const shown = await service.require().view(-1);
    const html = stationReport({ ...shown, version: '1', madeAt: 0 }, 'en');
    expect(html).toContain('Not a medical device');
    expect(html).toContain('SIMULATED');
    expect(html).toContain('mat &#60;1&#62;');
    expect(html).toContain(`${Number((shown.view.measures?.peak ?? 0).toPrecision(4))} raw`);
    expect(stationReport({ ...shown, version: '1', madeAt: 0 }, 'zh')).toContain('非医疗器械');
    const reason = { code: 'live.serial-gone', message: 'COM3 is gone', params: { path: 'COM3' } };
    const view = { ...shown.view, state: 'interrupted' as const, reason };
    const told = (language: 'en' | 'zh') =>
      stationReport({ ...shown, view, version: '1', madeAt: 0 }, language);
    expect(told('zh')).toContain('已中断 (COM3 已拔出或关闭)');
    expect(told('en')).toContain('interrupted (COM3 is gone)');
  });
});

describe('turn watch', () => {
  const lying = (from: number) =>
    Float32Array.from({ length: 256 }, (_, at) => (at % 16 >= from && at % 16 < from + 8 ? 1 : 0));

  it('counts time in one position and starts anew after a turn that lasts', () => {
    const watch = createTurnWatch(16, 16, 0);
    for (let second = 0; second <= 100; second++) watch.see(lying(0), second);
    expect(watch.since(100)).toBe(100);
    watch.see(lying(8), 101);
    for (let second = 102; second <= 110; second++) watch.see(lying(0), second);
    expect(watch.since(110), 'a moment on the other side is no turn').toBe(110);
    for (let second = 111; second <= 120; second++) watch.see(lying(8), second);
    expect(watch.since(120)).toBe(5);
  });

  it('counts nothing on an empty mat', () => {
    const watch = createTurnWatch(16, 16, 0);
    watch.see(new Float32Array(256), 50);
    expect(watch.since(60)).toBe(0);
  });
});
