type Place = readonly [row: number, col: number];

/** A path of the centre of pressure as paths of an SVG, enlarged to fill a square. */
export interface SwayPath {
  readonly line: string;
  /** The closed outline, empty where there is none. */
  readonly outline: string;
  /** A bar of a round length: pixels, and the length in cm (cells, without sizes). */
  readonly bar: { readonly width: number; readonly length: number };
}

/**
 * Scales a path and its outline so that both fill a square.
 * @param path,outline row and column in cells; null where the centre was undefined
 * @param cell edges of a cell in cm; null counts in cells
 * @param size,margin pixels
 * @returns null where nothing is known
 */
export function swayPath(
  path: readonly (Place | null)[],
  outline: readonly Place[],
  cell: { readonly width: number; readonly height: number } | null,
  { size, margin }: { readonly size: number; readonly margin: number },
): SwayPath | null {
  const { width, height } = cell ?? { width: 1, height: 1 };
  const known = [...path.filter((place) => place !== null), ...outline];
  if (known.length === 0) return null;
  const left = known.reduce((least, [, col]) => Math.min(least, col * width), Infinity);
  const top = known.reduce((least, [row]) => Math.min(least, row * height), Infinity);
  const span = known.reduce(
    (most, [row, col]) => Math.max(most, col * width - left, row * height - top),
    1e-6,
  );
  const scale = (size - 2 * margin) / span;
  const at = ([row, col]: Place) =>
    `${(margin + (col * width - left) * scale).toFixed(1)} ${(margin + (row * height - top) * scale).toFixed(1)}`;
  let open = false;
  const line = path
    .map((place) => {
      const piece = place === null ? '' : `${open ? 'L' : 'M'}${at(place)}`;
      open = place !== null;
      return piece;
    })
    .join('');
  const power = 10 ** Math.floor(Math.log10(span));
  const length = ([5, 2, 1].find((multiple) => multiple * power <= span * 0.6) ?? 0.5) * power;
  return {
    line,
    outline: outline.length === 0 ? '' : `M${outline.map(at).join('L')}Z`,
    bar: { width: Number((length * scale).toFixed(1)), length: Number(length.toPrecision(1)) },
  };
}
