import type { BalanceResult, GaitResult, Sway } from '../../contract/pressure-tests.ts';
import { type CentrePath, centrePath } from './centre-path.ts';
import { centreCell, LEAST_LOAD } from './centre-track.ts';
import { gaitMeasures } from './gait.ts';
import type { PressureGrid } from './measures.ts';

/** Share of the heaviest load from which a foot counts as set down. */
const TRODDEN = 0.05;
/** Points of the path that are drawn; the measures take all. */
const DRAWN = 600;
/** Corners of the drawn ellipse. */
const CORNERS = 48;

/** Load and its centre, one value a frame; NaN in frames that say nothing. */
export interface LoadSeries {
  /** Centre of pressure in the grid's lengths. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Load on everything, and under the left and right foot (or half of the mat). */
  readonly sum: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Seconds of each frame; null where nobody knows. */
  readonly times: readonly number[] | null;
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null);
/** NaN counts as no load. */
const most = (loads: readonly number[]) => loads.reduce((best, load) => Math.max(best, load || 0), 0);

function clockOf({ times }: LoadSeries): { seconds: number; rate: number | null } {
  const seconds = times === null || times.length < 2 ? 0 : times[times.length - 1] - times[0];
  return { seconds, rate: times === null || seconds === 0 ? null : (times.length - 1) / seconds };
}

/**
 * Measures of standing (see `centrePath`) and what is drawn of it. The centre counts as undefined in frames that bear
 * under 5 % of the heaviest load.
 */
export function standing(series: LoadSeries, grid: PressureGrid): { result: BalanceResult; sway: Sway } {
  const least = LEAST_LOAD * most(series.sum);
  const defined = (values: readonly number[]) =>
    values.map((value, at) => (series.sum[at] >= least ? value : Number.NaN));
  const [x, y] = [defined(series.x), defined(series.y)];
  const { seconds, rate } = clockOf(series);
  const path = centrePath(x, y, rate);
  const step = Math.max(1, Math.ceil(x.length / DRAWN));
  return {
    result: {
      kind: 'balance',
      seconds,
      rate,
      pathLength: orNull(path.length),
      velocity: orNull(path.meanVelocity),
      ellipseArea: path.ellipse === null ? null : orNull(path.ellipseArea),
      ellipseMajor: path.ellipse?.major ?? null,
      ellipseMinor: path.ellipse?.minor ?? null,
      rangeX: orNull(path.rangeX),
      rangeY: orNull(path.rangeY),
      unit: grid.cellWidth === null || grid.cellHeight === null ? 'cells' : 'cm',
      resolvesSway: path.resolvesSway,
    },
    sway: {
      path: x.flatMap((value, at) => (at % step === 0 ? [centreCell(grid, value, y[at])] : [])),
      outline: outlineOf(path, grid),
    },
  };
}

/**
 * Measures of walking (see `gaitMeasures`): a foot is down while it bears over 5 % of the heaviest load of either.
 * Without times nothing but contacts can be counted.
 */
export function walking(series: LoadSeries): GaitResult {
  const { left, right } = series;
  const level = TRODDEN * Math.max(most(left), most(right));
  const { seconds, rate } = clockOf(series);
  const down = (loads: readonly number[]) => loads.map((load) => load > level);
  const gait = gaitMeasures(down(left), down(right), rate ?? Number.NaN);
  return {
    kind: 'gait',
    seconds,
    steps: gait.steps,
    cadence: orNull(gait.cadence),
    stanceSeconds: orNull(gait.stance),
    swingSeconds: orNull(gait.swing),
    strideSeconds: orNull(gait.stride),
    doubleSupport: orNull(gait.doubleSupport),
    leftStanceSeconds: orNull(gait.leftStance),
    rightStanceSeconds: orNull(gait.rightStance),
    asymmetry: orNull(gait.asymmetry),
  };
}

function outlineOf({ ellipse }: CentrePath, grid: PressureGrid): [number, number][] {
  if (ellipse === null) return [];
  const { x, y, major, minor, angle } = ellipse;
  return Array.from({ length: CORNERS }, (_, at) => {
    const turn = (2 * Math.PI * at) / CORNERS;
    const [along, across] = [major * Math.cos(turn), minor * Math.sin(turn)];
    const corner = centreCell(
      grid,
      x + along * Math.cos(angle) - across * Math.sin(angle),
      y + along * Math.sin(angle) + across * Math.cos(angle),
    );
    return corner ?? [0, 0];
  });
}
