import { UserError } from '../../core/errors.ts';
import { type Floats, floatsLike, type Matrix } from '../../tensor/matrix.ts';

/** Reads `1,2,3,4`. @throws UserError `fit.delays` */
export function parseDelays(text: string): number[] {
  const delays = text.split(',').map(Number);
  if (
    text.trim() !== '' &&
    delays.every((delay, at) => Number.isInteger(delay) && delay >= 0 && delays.indexOf(delay) === at)
  )
    return delays;
  throw new UserError(
    'fit.delays',
    `"${text}" is no list of delays; give whole numbers of samples, each once, such as 1,2,3,4.`,
    {
      given: text,
    },
  );
}

/** Reads a whole number of `least` (default 1) or more. @throws UserError `fit.count` */
export function parseCount(text: string, what: string, least = 1): number {
  const count = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(count) && count >= least) return count;
  throw new UserError(
    'fit.count',
    `"${text}" is no number of ${what}; give a whole number from ${least} on.`,
    {
      given: text,
      what,
      least,
    },
  );
}

/**
 * One copy of all columns per delay; nothing passes from one run to the next, missing samples are zeros.
 * @throws UserError `fit.delay-too-long` where a copy would be zeros throughout
 */
export function delayColumns<T extends Floats>(
  features: Matrix<T>,
  delays: readonly number[],
  runs: readonly number[],
): Matrix<T> {
  const { rows, cols, data } = features;
  const wide = cols * delays.length;
  const longest = Math.max(...runs);
  const lost = delays.find((delay) => delay >= longest);
  if (lost !== undefined) {
    throw new UserError(
      'fit.delay-too-long',
      `A delay of ${lost} samples leaves nothing of runs of at most ${longest}; use shorter delays.`,
      { delay: lost, longest },
    );
  }
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
