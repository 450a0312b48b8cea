import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  type DeviceBenchmark,
  deviceBenchmark,
  fastestOf,
  measureDevices,
  resolveDevice,
} from '../../../main/tensor/devices.ts';

const timed = (name: 'cpu' | 'webgpu' | 'cuda', milliseconds: number | null) => ({
  name,
  milliseconds,
  reason: milliseconds === null ? 'no such device' : null,
});

it('takes a device only where it is clearly faster than the processor', () => {
  expect(fastestOf([timed('cpu', 10), timed('webgpu', 2), timed('cuda', 1)])).toBe('cuda');
  expect(fastestOf([timed('cpu', 10), timed('webgpu', 9)])).toBe('cpu');
  expect(fastestOf([timed('cpu', 10), timed('webgpu', null)])).toBe('cpu');
  expect(fastestOf([timed('cpu', 10), timed('webgpu', 500)])).toBe('cpu');
});

it('measures the processor, and says why a device cannot be used', async () => {
  const { providers, machine } = await measureDevices(['cpu', 'cuda']);
  expect(providers[0].milliseconds).toBeGreaterThan(0);
  // A machine with CUDA has a time here, all others a reason.
  expect(typeof providers[1].milliseconds === 'number').toBe(providers[1].reason === null);
  expect(machine).toMatch(/ONNX Runtime \d/);
});

it('measures once a machine, and again where asked or where the file is not readable', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'devices-')), 'settings', 'devices.json');
  let measured = 0;
  const real = await measureDevices(['cpu']);
  const measure = async (): Promise<DeviceBenchmark> => {
    measured++;
    return { ...real, providers: [timed('cpu', 10), timed('webgpu', 1)], fastest: 'webgpu' };
  };
  await deviceBenchmark(file, { measure });
  await deviceBenchmark(file, { measure });
  expect(measured).toBe(1);
  expect(await resolveDevice('auto', file)).toBe('webgpu');
  expect(await resolveDevice('cpu', file)).toBe('cpu');
  await deviceBenchmark(file, { measure, again: true });
  expect(measured).toBe(2);
  writeFileSync(file, '{');
  await deviceBenchmark(file, { measure });
  expect(measured).toBe(3);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), machine: 'another' }));
  await deviceBenchmark(file, { measure });
  expect(measured).toBe(4);
});
