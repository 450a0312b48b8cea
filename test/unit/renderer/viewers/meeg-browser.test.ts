import { expect, test } from 'vitest';
import { afterKey, firstState, within } from '../../../../renderer/viewers/meeg/browser-state.ts';
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
