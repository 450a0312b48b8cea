import type { SeriesGeometry } from './series-geometry.ts';

/** How far back a checkpoint may lie of one that came before, as a share of the whole way, and still be in order. */
const SLACK = 0.01;
/** What a checkpoint counts for that is in order but hardly advances, as at the first few steps. */
const STANDING = 0.1;
/** An outlier of a smooth series overshoots its neighbours by this many times the variation around it. */
const OUTLIER = 3;

/**
 * Those of `members` (ascending in step) that lie out of order along the way of training: all but the chain of
 * checkpoints that advances most steadily. A link of the chain counts by how far it advances, up to half of the mean
 * advance: checkpoints that all lie at one place, however many, are no training.
 * @param progress place of each member, 0 to 1
 */
export function outOfOrder(members: readonly number[], progress: readonly number[]): number[] {
  const n = members.length;
  const advance = 0.5 / n;
  const score = new Float64Array(n);
  const before = new Int32Array(n).fill(-1);
  let best = 0;
  for (let at = 0; at < n; at++) {
    for (let prior = 0; prior < at; prior++) {
      const way = progress[at] - progress[prior];
      if (way < -SLACK) continue;
      const credit = score[prior] + Math.min(1, way / advance) + STANDING;
      if (credit > score[at]) {
        score[at] = credit;
        before[at] = prior;
      }
    }
    if (score[at] > score[best]) best = at;
  }
  const chain = new Set<number>();
  for (let at = best; at >= 0; at = before[at]) chain.add(at);
  return members.filter((_, at) => !chain.has(at));
}

/**
 * Members from which the way leads there and back: both neighbours are more than twice as far from it as from each
 * other. A straight way gives 1/2, a random walk 1/√2.
 */
export function detours(geometry: SeriesGeometry, members: readonly number[]): number[] {
  return members.filter((member, at) => {
    const [left, right] = [members[at - 1], members[at + 1]];
    if (left === undefined || right === undefined) return false;
    const nearest = Math.min(geometry.distance(left, member), geometry.distance(member, right));
    return nearest > 2 * geometry.distance(left, right);
  });
}

/** Members before which the weights leap: six times as far as the steps on either side, and do not come back. */
export function leaps(geometry: SeriesGeometry, members: readonly number[]): number[] {
  const way = (at: number): number => geometry.distance(members[at - 1], members[at]);
  return members.filter((_, at) => {
    if (at < 2 || at > members.length - 2) return false;
    return way(at) > 6 * Math.max(way(at - 1), way(at + 1));
  });
}

/**
 * Positions where a series that should be smooth jumps: a value lies outside of those of its neighbours by more than
 * `OUTLIER` times as much as the series varies around it. The worst is taken out, and so on until none is left.
 * @param least smallest overshoot that counts at all
 */
export function jumps(values: readonly number[], least: number): number[] {
  const left = [...values.keys()];
  const found: number[] = [];
  while (left.length >= 5 && found.length < values.length / 4) {
    const excess = left.map((at, slot) => {
      if (slot === 0 || slot === left.length - 1) return 0;
      const [a, b] = [values[left[slot - 1]], values[left[slot + 1]]];
      const overshoot = Math.max(values[at] - Math.max(a, b), Math.min(a, b) - values[at]);
      const outer = [values[left[slot - 2]] ?? a, values[left[slot + 2]] ?? b];
      const variation = Math.max(Math.abs(b - a), Math.abs(a - outer[0]), Math.abs(b - outer[1]));
      return overshoot > least ? overshoot / Math.max(variation, least / OUTLIER) : 0;
    });
    const worst = excess.indexOf(Math.max(...excess));
    if (!(excess[worst] > OUTLIER)) break;
    found.push(...left.splice(worst, 1));
  }
  return found.sort((a, b) => a - b);
}
