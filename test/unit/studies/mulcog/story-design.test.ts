import { expect, test } from 'vitest';
import { fineResponse, storyDesign } from '../../../../main/studies/mulcog/story-design.ts';

const clock = { interval: 0.71, skipped: 19 };
const story = (ends: readonly (number | null)[]) => ({
  name: 'story',
  words: ends.map((end) => ({ text: 'w', end, counts: end !== null })),
});

test('the response peaks five seconds after a word and sums to one', () => {
  const response = fineResponse();
  expect(response).toHaveLength(3200);
  expect(response.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
  const peak = response.indexOf(Math.max(...response)) / 100;
  expect(peak).toBeGreaterThan(4);
  expect(peak).toBeLessThan(6);
});

test('it is the convolution on a 100 Hz line, every 71st sample, without the first 19', () => {
  const ends = [10.65, 12.004, 14.2, 20.5];
  const volumes = 30;
  const response = fineResponse();
  const line = new Float64Array(6000);
  for (const end of ends) line[Math.floor(end * 100)] += 1;
  const expected = Array.from({ length: volumes }, (_, volume) => {
    const at = 71 * (19 + volume);
    let sum = 0;
    for (let lag = 0; lag < response.length && lag <= at; lag++) sum += response[lag] * line[at - lag];
    return sum;
  });
  const design = storyDesign(story(ends), [1, 1, 1, 1], clock, volumes);
  expected.forEach((value, volume) => {
    const sum = ends.reduce((total, _, word) => total + design.data[volume * ends.length + word], 0);
    expect(sum).toBeCloseTo(value, 6);
  });
});

test('only words that are taken and have a time leave an impulse', () => {
  const design = storyDesign(story([11, 12, null, 13]), [1, 0, 1, 1], clock, 40);
  const used = [0, 1, 2, 3].filter((word) => {
    for (let volume = 0; volume < 40; volume++) if (design.data[volume * 4 + word] !== 0) return true;
    return false;
  });
  expect(used).toEqual([0, 3]);
});

test('a delay moves the response by that time', () => {
  const early = storyDesign(story([11]), [1], clock, 40);
  const late = storyDesign(story([11]), [1], clock, 40, 0.71);
  for (let volume = 1; volume < 40; volume++)
    expect(late.data[volume]).toBeCloseTo(early.data[volume - 1], 6);
});
