import { describe, expect, test } from 'vitest';
import { holdOut } from '../../../main/models/corpora/corpus.ts';
import { checkpointSteps } from '../../../main/models/training/checkpoint-steps.ts';
import { languageBatches } from '../../../main/models/training/language-batches.ts';
import { DivergenceWatch, troubleOf } from '../../../main/studies/training/divergence.ts';

const row = Int32Array.from({ length: 200 }, (_, at) => 10 + at);
const numbers = (value: { data: unknown }) => Array.from(value.data as BigInt64Array, Number);

describe('batches', () => {
  const size = { batch: 3, sequence: 8, guessed: 0 };

  test('targets are the next tokens; seed, step and pass alone decide the batch', () => {
    const batches = languageBatches(row, row.slice(0, 50), size, null);
    const { ids, targets } = batches.training(1, 7, 0);
    expect(numbers(targets)).toEqual(numbers(ids).map((id) => id + 1));
    expect(languageBatches(row, row.slice(0, 50), size, null).training(1, 7, 0)).toEqual({ ids, targets });
    for (const other of [batches.training(2, 7, 0), batches.training(1, 8, 0), batches.training(1, 7, 1)])
      expect(other.ids).not.toEqual(ids);
  });

  test('held-out windows follow each other and cover the row', () => {
    const heldOut = Int32Array.from({ length: 49 }, (_, at) => at);
    const batches = languageBatches(row, heldOut, size, null);
    expect(batches.heldOutCount).toBe(2);
    expect([0, 1].flatMap((index) => numbers(batches.heldOut(index).ids))).toEqual([...heldOut.slice(0, 48)]);
  });

  test('masked batches frame the text, guess the tokens they hide, and mask 80 % of them', () => {
    const masking = { begin: 2, end: 3, mask: 4, vocabularySize: 300, firstText: 5 };
    const wide = { batch: 40, sequence: 22, guessed: 5 };
    const batches = languageBatches(row, row, wide, masking);
    let [masked, kept, guessed] = [0, 0, 0];
    for (let step = 1; step <= 10; step++) {
      const { ids, targets, positions } = batches.training(1, step, 0);
      const [shown, hidden, places] = [ids, targets, positions].map(numbers);
      for (let line = 0; line < 40; line++) {
        expect([shown[22 * line], shown[22 * line + 21]]).toEqual([2, 3]);
        const here = places.slice(5 * line, 5 * line + 5);
        expect(new Set(here).size).toBe(5);
        // Text runs upwards one by one: what stands beside a hidden token tells what it was.
        const start = hidden[5 * line] - (here[0] - 22 * line);
        for (const [slot, place] of here.entries()) {
          expect(hidden[5 * line + slot]).toBe(start + place - 22 * line);
          masked += shown[place] === 4 ? 1 : 0;
          kept += shown[place] === hidden[5 * line + slot] ? 1 : 0;
          guessed++;
        }
      }
    }
    expect(masked / guessed).toBeCloseTo(0.8, 1);
    expect(kept / guessed).toBeCloseTo(0.1, 1);
  });

  test('a corpus shorter than a sequence is refused', () => {
    expect(() => languageBatches(row, row.slice(0, 8), size, null)).toThrow('fewer than one sequence of 9');
  });
});

test('held-out documents never train; of few documents the ends are held out', () => {
  const many = Array.from({ length: 40 }, (_, at) => ({ title: `${at}`, text: `text ${at}` }));
  const cut = holdOut(many, 0.1);
  expect(cut.heldOut.map(({ title }) => title)).toEqual(['9', '19', '29', '39']);
  expect(cut.training).toHaveLength(36);
  const one = holdOut([{ title: 'a', text: 'one two three four five six seven eight nine ten' }], 0.2);
  expect([one.training[0].text, one.heldOut[0].text]).toEqual([
    'one two three four five six seven',
    ' eight nine ten',
  ]);
});

test('checkpoint schedules hold the first and the last step', () => {
  expect(checkpointSteps({ kind: 'log', perDoubling: 1 }, 20)).toEqual([0, 1, 2, 4, 8, 16, 20]);
  expect(checkpointSteps({ kind: 'log', perDoubling: 2 }, 10)).toEqual([0, 1, 2, 3, 4, 6, 8, 10]);
  expect(checkpointSteps({ kind: 'every', steps: 4 }, 10)).toEqual([0, 4, 8, 10]);
  expect(checkpointSteps({ kind: 'at', steps: [5, 3, 99] }, 10)).toEqual([0, 3, 5, 10]);
});

test('divergence: anything not finite at once, a loss above guessing after a while, and nothing else', () => {
  const step = (loss: number, gradientNorm = 1) => ({
    step: 1,
    loss,
    gradientNorm,
    gradientSquares: Float32Array.of(1, gradientNorm ** 2, 4),
  });
  expect(new DivergenceWatch(100).diverges(step(Number.NaN))).toBe(true);
  expect(new DivergenceWatch(100).diverges(step(1, Number.POSITIVE_INFINITY))).toBe(true);
  const lost = new DivergenceWatch(100);
  expect(Array.from({ length: 200 }, () => lost.diverges(step(12))).indexOf(true)).toBe(50);
  const sound = new DivergenceWatch(100);
  expect(Array.from({ length: 500 }, (_, at) => sound.diverges(step(at < 5 ? 15 : 4))).includes(true)).toBe(
    false,
  );
  const names = ['a', 'b', 'c'].map((name) => ({ name }));
  expect(troubleOf(step(1, Number.NaN), names)).toEqual({
    what: 'the gradient of b is not a finite number',
    tensor: 'b',
  });
  // Where no gradient is broken, the largest is told.
  expect(troubleOf(step(Number.POSITIVE_INFINITY), names)).toEqual({
    what: 'the loss is not a finite number, and the largest gradient is that of c',
    tensor: 'c',
  });
  expect(troubleOf(step(12), names).what).toBe(
    'the loss keeps rising, and the largest gradient is that of c',
  );
});
