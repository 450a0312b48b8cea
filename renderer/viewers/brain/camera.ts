import type { Vec3 } from '../types.ts';
import type { NamedView } from './props.ts';

/**
 * Orthographic turntable about a centre, superior up. The camera looks from
 * (cos e·cos a, cos e·sin a, sin e): azimuth 0 from the right, 90° from the front, 180° from the left.
 */
export interface CameraState {
  readonly azimuth: number;
  readonly elevation: number;
  /** Half the picture's height in mm. */
  readonly halfHeight: number;
  /** Picture centre relative to the brain's, along the picture's right and up, in mm. */
  readonly pan: readonly [number, number];
}

export interface CameraAxes {
  /** From the brain to the camera. */
  readonly toward: Vec3;
  readonly right: Vec3;
  readonly up: Vec3;
}

export type Hemispheres = 'both' | 'left' | 'right';

const quarter = Math.PI / 2;

export const namedViews: Readonly<
  Record<NamedView, { azimuth: number; elevation: number; show: Hemispheres }>
> = {
  'left-lateral': { azimuth: Math.PI, elevation: 0, show: 'both' },
  'right-lateral': { azimuth: 0, elevation: 0, show: 'both' },
  'left-medial': { azimuth: 0, elevation: 0, show: 'left' },
  'right-medial': { azimuth: Math.PI, elevation: 0, show: 'right' },
  dorsal: { azimuth: -quarter, elevation: quarter, show: 'both' },
  ventral: { azimuth: quarter, elevation: -quarter, show: 'both' },
  anterior: { azimuth: quarter, elevation: 0, show: 'both' },
  posterior: { azimuth: -quarter, elevation: 0, show: 'both' },
};

/** Right, up and towards-the-viewer axes of a camera, in the mesh's frame. */
export function cameraAxes(state: { azimuth: number; elevation: number }): CameraAxes {
  const ca = Math.cos(state.azimuth);
  const sa = Math.sin(state.azimuth);
  const ce = Math.cos(state.elevation);
  const se = Math.sin(state.elevation);
  return { toward: [ce * ca, ce * sa, se], right: [-sa, ca, 0], up: [-se * ca, -se * sa, ce] };
}

/** Turns by a drag in radians; elevation stops at the poles. */
export function orbited(state: CameraState, byAzimuth: number, byElevation: number): CameraState {
  const elevation = Math.max(-quarter, Math.min(quarter, state.elevation + byElevation));
  return { ...state, azimuth: wrapAngle(state.azimuth + byAzimuth), elevation };
}

/** Zooms by a factor (above 1 nearer), keeping the point at `anchor` (mm from the picture's centre) in place. */
export function zoomed(
  state: CameraState,
  factor: number,
  fitted: number,
  anchor: readonly [number, number] = [0, 0],
): CameraState {
  const halfHeight = Math.max(fitted / 30, Math.min(fitted * 3, state.halfHeight / factor));
  const kept = 1 - halfHeight / state.halfHeight;
  return { ...state, halfHeight, pan: [state.pan[0] + anchor[0] * kept, state.pan[1] + anchor[1] * kept] };
}

/** Half height that shows a box of half extents `half` whole, with `margin` around, at a given aspect (width / height). */
export function fitHalfHeight(half: Vec3, axes: CameraAxes, aspect: number, margin = 1.12): number {
  const along = (axis: Vec3) =>
    Math.abs(axis[0]) * half[0] + Math.abs(axis[1]) * half[1] + Math.abs(axis[2]) * half[2];
  return margin * Math.max(along(axes.up), along(axes.right) / aspect);
}

/** Between two states, the short way round; fraction 0 to 1. */
export function between(from: CameraState, to: CameraState, fraction: number): CameraState {
  const mix = (a: number, b: number) => a + (b - a) * fraction;
  return {
    azimuth: wrapAngle(from.azimuth + wrapAngle(to.azimuth - from.azimuth) * fraction),
    elevation: mix(from.elevation, to.elevation),
    halfHeight: mix(from.halfHeight, to.halfHeight),
    pan: [mix(from.pan[0], to.pan[0]), mix(from.pan[1], to.pan[1])],
  };
}

/**
 * What stands at the picture's four edges: the anatomical direction nearest to each, with the second one where the
 * picture is turned by more than 20° from an axis ("LA").
 */
export function edgeLabels(axes: CameraAxes): { left: string; right: string; top: string; bottom: string } {
  const minus = (axis: Vec3): Vec3 => [-axis[0], -axis[1], -axis[2]];
  return {
    left: directionName(minus(axes.right)),
    right: directionName(axes.right),
    top: directionName(axes.up),
    bottom: directionName(minus(axes.up)),
  };
}

/** "L", "R", "A", "P", "S", "I" or two of them, greatest first. */
export function directionName(direction: Vec3): string {
  const letters = ['LR', 'PA', 'IS'];
  return direction
    .map((value, axis) => ({ size: Math.abs(value), letter: letters[axis][value < 0 ? 0 : 1] }))
    .filter(({ size }) => size > Math.sin((20 * Math.PI) / 180))
    .sort((a, b) => b.size - a.size)
    .slice(0, 2)
    .map(({ letter }) => letter)
    .join('');
}

function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
