import type { JointScore, KeypointMark, WarmStart } from '../../contract/pressure-keypoints.ts';

/** What the study holds itself to. */
const GOALS = { gain: 0.3, ratio: 1.5, warmStart: 1 };

/**
 * The marks that the study holds itself to, met or not: mean error of the discovered points against both baselines
 * and the supervised regressor, and whether two stages reach the direct run's loss in fewer steps: those of the second
 * stage alone, and those of both.
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
  const start = (mark: KeypointMark['mark'], value: number | null): KeypointMark => ({
    mark,
    value,
    goal: GOALS.warmStart,
    met: value !== null && value < GOALS.warmStart,
  });
  return [
    ...marks,
    start('warm-start', medianRatio(usual, 'regression')),
    start('warm-start-in-all', medianRatio(usual, 'both')),
  ];
}

/**
 * Median over seeds of steps with two stages ÷ those of direct training; null where most never got there.
 * @param counted steps of the second stage alone, or of both
 */
export function medianRatio(runs: readonly WarmStart[], counted: 'regression' | 'both'): number | null {
  const ratios = runs
    .map(({ regressionSteps, classificationSteps, directReached, directSteps }) => {
      if (regressionSteps === null) return Number.POSITIVE_INFINITY;
      const before = counted === 'both' ? classificationSteps : 0;
      return (before + regressionSteps) / (directReached ?? directSteps);
    })
    .sort((a, b) => a - b);
  const middle = ratios.length / 2;
  const value = (ratios[Math.ceil(middle) - 1] + ratios[Math.floor(middle)]) / 2;
  return Number.isFinite(value) ? value : null;
}
