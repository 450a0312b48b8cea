interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the picture shows: the screen where it is known, else all words and gaze with a margin. */
export function gazeBounds(
  screen: { readonly width: number; readonly height: number } | null,
  words: readonly {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }[],
  fixations: readonly { readonly x: number; readonly y: number }[],
  trace: readonly (readonly [number, number | null, number | null])[],
): Bounds {
  if (screen !== null) return { left: 0, top: 0, ...screen };
  const xs = [
    ...words.flatMap(({ left, right }) => [left, right]),
    ...fixations.map(({ x }) => x),
    ...trace.flatMap(([, x]) => x ?? []),
  ];
  const ys = [
    ...words.flatMap(({ top, bottom }) => [top, bottom]),
    ...fixations.map(({ y }) => y),
    ...trace.flatMap(([, , y]) => y ?? []),
  ];
  if (xs.length === 0 || ys.length === 0) return { left: 0, top: 0, width: 16, height: 9 };
  const [low, high] = [smallest(xs), largest(xs)];
  const [up, down] = [smallest(ys), largest(ys)];
  const margin = 0.05 * Math.max(high - low, down - up, 1e-6);
  return {
    left: low - margin,
    top: up - margin,
    width: high - low + 2 * margin,
    height: down - up + 2 * margin,
  };
}

const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Infinity);
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);
