import { expect, test } from 'vitest';
import { afterKey, firstState, within } from '../../../../renderer/viewers/meeg/browser-state.ts';
import { fieldsOf, fieldThrough } from '../../../../renderer/viewers/meeg/field-map.ts';
import { momentIn, valuesAt } from '../../../../renderer/viewers/meeg/moments.ts';
import { projectSensors } from '../../../../renderer/viewers/meeg/project-sensors.ts';

const extent = { seconds: 30, channels: 64 };

test('keys move as in MNE and stay within the recording', () => {
  expect(afterKey(firstState, 'ArrowRight', false, extent)?.start).toBe(2.5);
  expect(afterKey(firstState, 'ArrowRight', true, extent)?.start).toBe(10);
  expect(afterKey({ ...firstState, start: 19 }, 'ArrowRight', true, extent)?.start).toBe(20);
  expect(afterKey(firstState, 'ArrowLeft', false, extent)?.start).toBe(0);
  expect(afterKey(firstState, 'ArrowDown', false, extent)?.firstChannel).toBe(20);
  expect(afterKey({ ...firstState, firstChannel: 40 }, 'ArrowDown', false, extent)?.firstChannel).toBe(44);
  expect(afterKey(firstState, 'Home', false, extent)?.seconds).toBe(8);
  expect(afterKey(firstState, 'b', false, extent)?.butterfly).toBe(true);
  expect(afterKey(firstState, 'q', false, extent)).toBeNull();
});

test('a short recording with few channels is shown whole', () => {
  expect(within(firstState, { seconds: 0.5, channels: 3 })).toMatchObject({
    seconds: 0.5,
    start: 0,
    channelCount: 3,
  });
});

test('the highest sensor lies in the middle, those at a right angle on the circle', () => {
  const at = (name: string, position: [number, number, number]) => ({
    name,
    type: 'eeg',
    bad: false,
    position,
  });
  const flat = projectSensors([
    at('Cz', [0, 0, 0.1]),
    at('T8', [0.1, 0, 0]),
    at('T7', [-0.1, 0, 0]),
    at('Fpz', [0, 0.1, 0]),
    at('Oz', [0, -0.1, 0]),
  ]);
  expect(flat.map(({ x, y }) => [Math.round(x * 1e6) / 1e6 + 0, Math.round(y * 1e6) / 1e6 + 0])).toEqual([
    [0, 0],
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]);
});

const ring = Array.from({ length: 12 }, (_, at) => {
  const [angle, radius] = [(at * Math.PI) / 6, at % 2 === 0 ? 1 : 0.5];
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
});

test('a field passes through its sensors, and a plane stays a plane between and beyond them', () => {
  const bumps = ring.map((place, at) => ({ ...place, value: 1e-12 * Math.sin(3 * at) }));
  const field = fieldThrough(bumps);
  for (const { x, y, value } of bumps) expect(field(x, y)).toBeCloseTo(value, 20);
  const plane = fieldThrough(ring.map(({ x, y }) => ({ x, y, value: 2 * x - 3 * y + 1 })));
  expect(plane(0.1, -0.2)).toBeCloseTo(2 * 0.1 + 3 * 0.2 + 1, 9);
  expect(plane(1.2, 0.9)).toBeCloseTo(2 * 1.2 - 3 * 0.9 + 1, 9);
});

test('pairs of planar gradiometers count as their root mean square; bad sensors and few places not at all', () => {
  const sensors = ring.flatMap(({ x, y }, at) => [
    { name: `a${at}`, type: 'grad', bad: at === 3, x, y },
    { name: `b${at}`, type: 'grad', bad: at === 3, x, y },
    { name: `e${at}`, type: 'eeg', bad: at > 2, x, y },
  ]);
  const fields = fieldsOf(sensors, (name) => (name.startsWith('a') ? 3 : 4));
  expect(fields.map(({ type, signed, samples }) => [type, signed, samples.length])).toEqual([
    ['grad', false, 11],
  ]);
  expect(fields[0].samples[0].value).toBeCloseTo(Math.sqrt(12.5), 12);
});

test('the moment shown is that of the greatest field power, until one is chosen', () => {
  const channel = (name: string, bad = false) => ({ name, type: 'eeg', bad, position: null });
  const stretch = {
    start: 10,
    seconds: 4,
    channels: [channel('a'), channel('b'), channel('c', true)],
    rows: [
      [0, 0, 5, 0, 0],
      [0, 0, -5, 0, 0],
      [900, 0, 0, 0, 0],
    ],
    events: [],
    gaps: [],
  };
  expect(momentIn(stretch, null)).toBe(12);
  expect(momentIn(stretch, 13)).toBe(13);
  expect(momentIn(stretch, 20)).toBe(12);
  expect(valuesAt(stretch, 12, false)).toEqual([5, -5, 0]);
  expect(valuesAt(stretch, 12, true)).toEqual([4, -4, -180]);
});
