import type { ViewedChannel } from './props.ts';

/** A sensor on the flat head: x to the right, y to the nose, the unit circle being the ear line. */
export interface FlatSensor {
  readonly name: string;
  readonly type: string;
  readonly bad: boolean;
  readonly x: number;
  readonly y: number;
}

/**
 * Sensors seen from above by the azimuthal equidistant projection around the best-fitting centre: a sensor's distance
 * from the middle is its angle from the vertical, a right angle lying on the unit circle.
 */
export function projectSensors(channels: readonly ViewedChannel[]): FlatSensor[] {
  const placed = channels.flatMap(({ name, type, bad, position }) =>
    position === null ? [] : [{ name, type, bad, position }],
  );
  if (placed.length === 0) return [];
  const mean = (axis: number): number =>
    placed.reduce((sum, { position }) => sum + (position[axis] ?? 0), 0) / placed.length;
  const top = Math.max(...placed.map(({ position }) => position[2]));
  const [cx, cy] = [mean(0), mean(1)];
  const radius = Math.max(1e-9, ...placed.map(({ position: [x, y] }) => Math.hypot(x - cx, y - cy)));
  // The centre of a sphere of that radius under the highest sensor.
  const cz = top - radius;
  return placed.map(({ name, type, bad, position: [px, py, pz] }) => {
    const [x, y, z] = [px - cx, py - cy, pz - cz];
    const flat = Math.hypot(x, y);
    const angle = Math.atan2(flat, z) / (Math.PI / 2);
    return {
      name,
      type,
      bad,
      x: flat === 0 ? 0 : (x / flat) * angle,
      y: flat === 0 ? 0 : (y / flat) * angle,
    };
  });
}
