import { UserError } from '../../core/errors.ts';
import { type Floats, floatsLike, type Matrix } from '../../tensor/matrix.ts';

/** Reads `1,2,3,4`. @throws UserError `fit.delays` */
export function parseDelays(text: string): number[] {
  const delays = text.split(',').map(Number);
  if (text.trim() !== '' && delays.every((delay) => Number.isInteger(delay) && delay >= 0)) return delays;
  throw new UserError(
    'fit.delays',
    `"${text}" is no list of delays; give whole numbers of samples such as 1,2,3,4.`,
    {
      given: text,
    },
  );
}

/** One copy of all columns per delay; nothing passes from one run to the next, missing samples are zeros. */
export function delayColumns<T extends Floats>(
  features: Matrix<T>,
  delays: readonly number[],
  runs: readonly number[],
): Matrix<T> {
  const { rows, cols, data } = features;
  const wide = cols * delays.length;
  const out = floatsLike(data, rows * wide);
  delays.forEach((delay, copy) => {
    let start = 0;
    for (const samples of runs) {
      for (let row = start + delay; row < start + samples; row++) {
        out.set(data.subarray((row - delay) * cols, (row - delay + 1) * cols), row * wide + copy * cols);
      }
      start += samples;
    }
  });
  return { rows, cols: wide, data: out };
}
