import type { JointScore, KeypointMark, WarmStart } from '../../contract/pressure-keypoints.ts';

/** What the study holds itself to. */
const GOALS = { gain: 0.3, ratio: 1.5, warmStart: 1 };

/**
 * The marks that the study holds itself to, met or not: mean error of the discovered points against both baselines
 * and the supervised regressor, and whether two stages reach the direct run's loss in fewer regression steps.
 */
export function marksOf(joints: readonly JointScore[], warmStart: readonly WarmStart[]): KeypointMark[] {
  const error = (method: string) => joints.find((score) => score.method === method)?.meanCm ?? Number.NaN;
  const own = error('discovered points');
  const gain = (mark: KeypointMark['mark'], method: string): KeypointMark => {
    const value = 1 - own / error(method);
    return { mark, value, goal: GOALS.gain, met: value >= GOALS.gain };
  };
  const ratio = own / error('supervised regressor');
  const marks: KeypointMark[] = [
    gain('gain-over-peak-grid', 'peak grid'),
    gain('gain-over-k-means', 'k-means on pressure'),
    { mark: 'ratio-to-supervised', value: ratio, goal: GOALS.ratio, met: ratio <= GOALS.ratio },
  ];
  const usual = warmStart.filter(({ initialisation }) => initialisation === 'he');
  if (usual.length === 0) return marks;
  const value = medianRatio(usual);
  return [
    ...marks,
    { mark: 'warm-start', value, goal: GOALS.warmStart, met: value !== null && value < GOALS.warmStart },
  ];
}

/** Median over seeds of regression steps with two stages ÷ those of direct training; null where most never got there. */
export function medianRatio(runs: readonly WarmStart[]): number | null {
  const ratios = runs
    .map(({ regressionSteps, directReached, directSteps }) =>
      regressionSteps === null ? Number.POSITIVE_INFINITY : regressionSteps / (directReached ?? directSteps),
    )
    .sort((a, b) => a - b);
  const middle = ratios.length / 2;
  const value = (ratios[Math.ceil(middle) - 1] + ratios[Math.floor(middle)]) / 2;
  return Number.isFinite(value) ? value : null;
}
