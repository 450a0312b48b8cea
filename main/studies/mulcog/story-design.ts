import type { ItemRows, ItemText } from '../../contract/item-sets.ts';
import { doubleGamma } from '../../stimuli/sampling/hemodynamics.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';

/** Steps a second of the line on which impulses stand. */
const STEPS = 100;
const RESPONSE_SECONDS = 32;

/** SPM's response in steps of 10 ms, 32 s long, scaled to sum 1 (γ6 − γ16 / 6). */
export function fineResponse(): Float64Array {
  const response = Float64Array.from({ length: STEPS * RESPONSE_SECONDS }, (_, step) =>
    doubleGamma(step / STEPS),
  );
  const sum = response.reduce((total, value) => total + value, 0);
  return response.map((value) => value / sum);
}

/**
 * Weights that turn word values into volumes, volumes × words of one story: an impulse per word at its end on a line of
 * 100 Hz, convolved with SPM's response, every 71st sample taken for a repetition time of 0.71 s, the first `skipped`
 * volumes dropped. Source: the released evaluation of MulCogBench's discourse fMRI.
 * @param taken which words have an impulse (no punctuation; content words only, where that was chosen)
 * @param delay seconds that the response comes later than SPM's
 */
export function storyDesign(
  { words }: ItemText,
  taken: ArrayLike<number | boolean>,
  rows: Pick<Extract<ItemRows, { kind: 'samples' }>, 'interval' | 'skipped'>,
  volumes: number,
  delay = 0,
): Matrix {
  const response = fineResponse();
  const step = Math.round(rows.interval * STEPS);
  const design = zeros(volumes, words.length);
  words.forEach(({ end }, word) => {
    if (end === null || !taken[word]) return;
    const impulse = Math.floor((end + delay) * STEPS);
    for (let volume = 0; volume < volumes; volume++) {
      const lag = (rows.skipped + volume) * step - impulse;
      if (lag >= 0 && lag < response.length) design.data[volume * words.length + word] = response[lag];
    }
  });
  return design;
}
