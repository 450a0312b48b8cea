import { afterEach, describe, expect, it } from 'vitest';
import { stationFrameResponse } from '../../../main/api/http/station-frame.ts';
import {
  createStationService,
  type StationService,
} from '../../../main/api/services/station/station-service.ts';
import { createTurnWatch } from '../../../main/api/services/station/turn-watch.ts';
import { stationRequestSchema } from '../../../main/contract/station.ts';
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
    const response = await stationFrameResponse(service.require(), -1);
    const bytes = await response.arrayBuffer();
    expect(bytes.byteLength).toBe(4 + new DataView(bytes).getUint32(0, true) + 2 * 4 * 2048);
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
