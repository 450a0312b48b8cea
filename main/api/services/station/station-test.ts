import { type CentrePath, centrePath } from '../../../analysis/pressure/centre-path.ts';
import { gaitMeasures } from '../../../analysis/pressure/gait.ts';
import type { FrameMeasures, PressureGrid } from '../../../analysis/pressure/measures.ts';
import type { StationTest, StationView, TestResult } from '../../../contract/station.ts';
import { centreCell, LEAST_LOAD } from './centre-track.ts';

/** Share of the heaviest load from which a half of the mat counts as trodden on, in the gait test. */
const TRODDEN = 0.05;
/** Points of the path that are drawn; the measures take all. */
const DRAWN = 600;
/** Corners of the drawn ellipse. */
const CORNERS = 48;

/** A balance or gait test that gathers frames. */
export interface RunningTest {
  readonly kind: StationTest;
  /** Seconds since its first frame. */
  readonly seconds: number;
  /** @param left,right load on the halves of the mat; @param seconds time of the frame */
  see(measures: FrameMeasures, left: number, right: number, seconds: number): void;
  /** What it says so far. */
  result(): TestResult;
  /** What is drawn of a balance test; null for gait. */
  sway(): StationView['sway'];
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null);

/** Begins a test. */
export function startStationTest(kind: StationTest, grid: PressureGrid): RunningTest {
  const [x, y, loads]: number[][] = [[], [], []];
  const [left, right, times]: number[][] = [[], [], []];
  const seconds = () => (times.length < 2 ? 0 : times[times.length - 1] - times[0]);
  const rate = () => (seconds() === 0 ? null : (times.length - 1) / seconds());
  /** Centres of frames that bear too little count as undefined. */
  const defined = (values: readonly number[]) => {
    const least = LEAST_LOAD * loads.reduce((most, load) => Math.max(most, load), 0);
    return values.map((value, at) => (loads[at] < least ? Number.NaN : value));
  };
  const path = () => centrePath(defined(x), defined(y), rate());
  return {
    kind,
    get seconds() {
      return seconds();
    },
    see({ centreX, centreY, sum }, onLeft, onRight, time) {
      x.push(centreX);
      y.push(centreY);
      loads.push(sum);
      left.push(onLeft);
      right.push(onRight);
      times.push(time);
    },
    result: () =>
      kind === 'balance'
        ? balanceResult(path(), seconds(), rate(), grid)
        : gaitResult(left, right, seconds(), rate()),
    sway() {
      if (kind !== 'balance') return null;
      const step = Math.ceil(x.length / DRAWN);
      const [allX, allY] = [defined(x), defined(y)];
      const places = allX.map((value, at) => centreCell(grid, value, allY[at]));
      return { path: places.filter((_, at) => at % step === 0), outline: outlineOf(path(), grid) };
    },
  };
}

function balanceResult(
  path: CentrePath,
  seconds: number,
  rate: number | null,
  grid: PressureGrid,
): TestResult {
  return {
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
  };
}

function gaitResult(
  left: readonly number[],
  right: readonly number[],
  seconds: number,
  rate: number | null,
): TestResult {
  const level = TRODDEN * [...left, ...right].reduce((most, load) => Math.max(most, load), 0);
  const on = (loads: readonly number[]) => loads.map((load) => load > level);
  const gait = gaitMeasures(on(left), on(right), rate ?? 1);
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
