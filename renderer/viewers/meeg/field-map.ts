import type { FlatSensor } from './project-sensors.ts';

/** A value at a sensor of the flat head. */
export interface FieldSample {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** U(r) = r² ln r², the kernel of thin plates. */
const kernel = (squared: number) => (squared === 0 ? 0 : squared * Math.log(squared));

/**
 * The surface of least bending through the samples, a thin-plate spline (Duchon 1977; Perrin et al. 1987 for scalp
 * maps): it passes through every sample, and is a plane where they are one. Samples at the same place count once.
 */
export function fieldThrough(samples: readonly FieldSample[]): (x: number, y: number) => number {
  const places = samples.filter(
    ({ x, y }, at) => !samples.slice(0, at).some((one) => Math.hypot(one.x - x, one.y - y) < 1e-6),
  );
  const n = places.length;
  if (n < 3) return () => places.reduce((sum, { value }) => sum + value, 0) / Math.max(1, n);
  const size = n + 3;
  const rows = Array.from({ length: size }, (_, row) => {
    const line = new Float64Array(size + 1);
    if (row < n) {
      const { x, y, value } = places[row];
      places.forEach((one, col) => {
        line[col] = kernel((one.x - x) ** 2 + (one.y - y) ** 2);
      });
      line.set([1, x, y, value], n);
    } else {
      places.forEach(({ x, y }, col) => {
        line[col] = [1, x, y][row - n];
      });
    }
    return line;
  });
  const weights = solved(rows, size);
  if (weights === null) return () => places.reduce((sum, { value }) => sum + value, 0) / n;
  return (x, y) => {
    let sum = weights[n] + weights[n + 1] * x + weights[n + 2] * y;
    for (let at = 0; at < n; at++)
      sum += weights[at] * kernel((places[at].x - x) ** 2 + (places[at].y - y) ** 2);
    return sum;
  };
}

/** Gauss with partial pivots on rows that end with the right side; null where the samples lie on one line. */
function solved(rows: Float64Array[], size: number): Float64Array | null {
  for (let col = 0; col < size; col++) {
    let best = col;
    for (let row = col + 1; row < size; row++)
      if (Math.abs(rows[row][col]) > Math.abs(rows[best][col])) best = row;
    if (Math.abs(rows[best][col]) < 1e-10) return null;
    [rows[col], rows[best]] = [rows[best], rows[col]];
    for (let row = col + 1; row < size; row++) {
      const share = rows[row][col] / rows[col][col];
      if (share === 0) continue;
      for (let at = col; at <= size; at++) rows[row][at] -= share * rows[col][at];
    }
  }
  const out = new Float64Array(size);
  for (let row = size - 1; row >= 0; row--) {
    let value = rows[row][size];
    for (let at = row + 1; at < size; at++) value -= rows[row][at] * out[at];
    out[row] = value / rows[row][row];
  }
  return out;
}

/** A type of sensors with its values at one moment. */
export interface Field {
  readonly type: string;
  readonly samples: readonly FieldSample[];
  /** Gradiometers have no sign once their pairs are joined. */
  readonly signed: boolean;
}

/**
 * Fields of a moment by type: magnetometers, axial gradiometers and EEG as they are, pairs of planar gradiometers at
 * one place as their root mean square (as MNE draws them). Bad sensors and types of under four places are left out.
 * @param valueAt value of a channel by its name
 */
export function fieldsOf(sensors: readonly FlatSensor[], valueAt: (name: string) => number): Field[] {
  const found: Field[] = [];
  for (const type of ['mag', 'grad', 'eeg']) {
    const good = sensors.filter((sensor) => sensor.type === type && !sensor.bad);
    const places = new Map<string, { x: number; y: number; values: number[] }>();
    for (const { name, x, y } of good) {
      const value = valueAt(name);
      if (!Number.isFinite(value)) continue;
      const key = `${Math.round(x * 1e3)} ${Math.round(y * 1e3)}`;
      const place = places.get(key) ?? { x, y, values: [] };
      place.values.push(value);
      places.set(key, place);
    }
    const all = [...places.values()];
    if (all.length < 4) continue;
    const paired = type === 'grad' && all.some(({ values }) => values.length > 1);
    const samples = all.map(({ x, y, values }) => ({
      x,
      y,
      value: paired
        ? Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
        : values[0],
    }));
    found.push({ type, samples, signed: !paired });
  }
  return found;
}
