/** Changes the scores of the next token in place, knowing the tokens so far; −∞ forbids a token. */
export type TokenFilter = (scores: Float64Array, tokens: readonly number[]) => void;

/** Scores → natural logarithms of their softmax, in float64. */
export function logSoftmax(scores: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < scores.length; at++) largest = Math.max(largest, scores[at]);
  let sum = 0;
  for (let at = 0; at < scores.length; at++) sum += Math.exp(scores[at] - largest);
  const shift = largest + Math.log(sum);
  return Float64Array.from(scores, (score) => score - shift);
}

/** Position of the largest score; the first of several. */
export function largestOf(scores: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < scores.length; at++) if (scores[at] > scores[best]) best = at;
  return best;
}

/** Positions of the `count` largest scores, largest first; equal scores in their order. Forbidden ones are left out. */
export function topOf(scores: ArrayLike<number>, count: number): number[] {
  const positions: number[] = [];
  let floor = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < scores.length; at++) {
    if (scores[at] === Number.NEGATIVE_INFINITY || (positions.length === count && scores[at] <= floor))
      continue;
    let place = positions.length;
    while (place > 0 && scores[positions[place - 1]] < scores[at]) place--;
    positions.splice(place, 0, at);
    if (positions.length > count) positions.pop();
    floor = scores[positions[positions.length - 1]];
  }
  return positions;
}

/** Scores divided by a temperature: above 1 flatter, below 1 sharper. */
export function temperature(value: number): TokenFilter {
  return (scores) => {
    for (let at = 0; at < scores.length; at++) scores[at] /= value;
  };
}

/** Keeps the `count` likeliest tokens (Fan et al. 2018), and those that are as likely as the last of them. */
export function topK(count: number): TokenFilter {
  return (scores) => {
    const kept = topOf(scores, count);
    const least = scores[kept[kept.length - 1]];
    for (let at = 0; at < scores.length; at++) if (scores[at] < least) scores[at] = Number.NEGATIVE_INFINITY;
  };
}

/**
 * Keeps the nucleus: the fewest likeliest tokens whose probabilities reach `mass` together (Holtzman et al. 2020, arXiv
 * 1904.09751); at least one.
 */
export function nucleus(mass: number): TokenFilter {
  return (scores) => {
    const logs = logSoftmax(scores);
    const order = Array.from(logs, (_, at) => at).sort((a, b) => logs[b] - logs[a] || a - b);
    let reached = 0;
    for (const at of order) {
      // Floats that should sum to exactly the mass may fall short of it by a rounding.
      if (reached >= mass - 1e-12) scores[at] = Number.NEGATIVE_INFINITY;
      else reached += Math.exp(logs[at]);
    }
  };
}

/** Forbids every token that would repeat a run of `size` tokens that is already there (Paulus et al. 2017). */
export function noRepeatNgram(size: number): TokenFilter {
  return (scores, tokens) => {
    if (tokens.length + 1 < size) return;
    const tail = tokens.slice(tokens.length - size + 1);
    for (let at = 0; at + size <= tokens.length; at++) {
      if (tail.every((token, offset) => tokens[at + offset] === token))
        scores[tokens[at + size - 1]] = Number.NEGATIVE_INFINITY;
    }
  };
}
