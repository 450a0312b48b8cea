/** What the path of the centre of pressure says of standing. Lengths in the unit of the coordinates. */
export interface CentrePath {
  /** Points that are defined. */
  readonly points: number;
  /** Sum of the distances between neighbouring defined points; gaps are not bridged. */
  readonly length: number;
  /** Path length over the time that it took; NaN without a rate. */
  readonly meanVelocity: number;
  /** Greatest minus smallest x (side to side) and y (along the mat's rows). */
  readonly rangeX: number;
  readonly rangeY: number;
  /** Area of the ellipse that holds 95 % of points of a bivariate normal distribution: 5.991 π √det(covariance). */
  readonly ellipseArea: number;
  /** That ellipse; null under three points. */
  readonly ellipse: CentreEllipse | null;
  /** False under 20 frames a second, where sway is not resolved (stated beside the numbers). */
  readonly resolvesSway: boolean;
}

/** The 95 % ellipse: its axes are the eigenvectors of the covariance, semi-axes √(5.991 × eigenvalue). */
export interface CentreEllipse {
  readonly x: number;
  readonly y: number;
  readonly major: number;
  readonly minor: number;
  /** From the x axis to the major axis, radians. */
  readonly angle: number;
}

/** 95 % quantile of χ² with two degrees of freedom, −2 ln 0.05. */
const CHI2_95 = -2 * Math.log(0.05);
/** Frames a second that sway needs. */
const SWAY_RATE = 20;

/**
 * Path measures of a centre of pressure (definitions as in Prieto et al. 1996, IEEE Trans Biomed Eng 43:956; the
 * covariance is the sample's, over n − 1).
 * @param x,y one value a frame, NaN where undefined; @param rate frames a second, null where unknown
 */
export function centrePath(x: ArrayLike<number>, y: ArrayLike<number>, rate: number | null): CentrePath {
  let [points, length, steps, sumX, sumY] = [0, 0, 0, 0, 0];
  let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < x.length; at++) {
    if (!Number.isFinite(x[at]) || !Number.isFinite(y[at])) continue;
    points += 1;
    sumX += x[at];
    sumY += y[at];
    [lowX, highX] = [Math.min(lowX, x[at]), Math.max(highX, x[at])];
    [lowY, highY] = [Math.min(lowY, y[at]), Math.max(highY, y[at])];
    if (at > 0 && Number.isFinite(x[at - 1]) && Number.isFinite(y[at - 1])) {
      length += Math.hypot(x[at] - x[at - 1], y[at] - y[at - 1]);
      steps += 1;
    }
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    if (!Number.isFinite(x[at]) || !Number.isFinite(y[at])) continue;
    const [dx, dy] = [x[at] - sumX / points, y[at] - sumY / points];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  const determinant = points < 2 ? 0 : (xx * yy - xy * xy) / (points - 1) ** 2;
  return {
    points,
    length,
    meanVelocity: rate === null || steps === 0 ? Number.NaN : (length * rate) / steps,
    rangeX: points === 0 ? Number.NaN : highX - lowX,
    rangeY: points === 0 ? Number.NaN : highY - lowY,
    ellipseArea: Math.PI * CHI2_95 * Math.sqrt(Math.max(0, determinant)),
    ellipse:
      points < 3
        ? null
        : ellipseOf(sumX / points, sumY / points, xx / (points - 1), yy / (points - 1), xy / (points - 1)),
    resolvesSway: rate !== null && rate >= SWAY_RATE,
  };
}

function ellipseOf(x: number, y: number, xx: number, yy: number, xy: number): CentreEllipse {
  const half = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  return {
    x,
    y,
    major: Math.sqrt(CHI2_95 * (half + spread)),
    minor: Math.sqrt(CHI2_95 * Math.max(0, half - spread)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
