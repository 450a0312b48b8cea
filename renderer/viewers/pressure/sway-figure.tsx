import classes from './sway-figure.module.css';

type Place = readonly [number, number];

export interface SwayFigureProps {
  readonly label: string;
  /** Row and column in cells; null where the centre was undefined. */
  readonly path: readonly (Place | null)[];
  /** Corners of the 95 % ellipse, row and column in cells. */
  readonly outline: readonly Place[];
  /** Edges of a cell in cm; null draws in cells. */
  readonly cell: { readonly width: number; readonly height: number } | null;
}

const [SIZE, MARGIN] = [200, 16];

/** The path of the centre of pressure, enlarged, with its 95 % ellipse and a bar of known length. */
export function SwayFigure({ label, path, outline, cell }: SwayFigureProps) {
  const { width, height } = cell ?? { width: 1, height: 1 };
  const known = [...path.filter((place) => place !== null), ...outline];
  if (known.length === 0) return null;
  const left = known.reduce((least, [, col]) => Math.min(least, col * width), Infinity);
  const top = known.reduce((least, [row]) => Math.min(least, row * height), Infinity);
  const span = known.reduce(
    (most, [row, col]) => Math.max(most, col * width - left, row * height - top),
    1e-6,
  );
  const scale = (SIZE - 2 * MARGIN) / span;
  const at = ([row, col]: Place) =>
    `${(MARGIN + (col * width - left) * scale).toFixed(1)} ${(MARGIN + (row * height - top) * scale).toFixed(1)}`;
  let open = false;
  const line = path
    .map((place) => {
      const piece = place === null ? '' : `${open ? 'L' : 'M'}${at(place)}`;
      open = place !== null;
      return piece;
    })
    .join('');
  const power = 10 ** Math.floor(Math.log10(span));
  const bar = ([5, 2, 1].find((multiple) => multiple * power <= span * 0.6) ?? 0.5) * power;
  return (
    <svg className={classes.figure} viewBox={`0 0 ${SIZE} ${SIZE + 20}`} role="img" aria-label={label}>
      {outline.length > 0 && <path className={classes.ellipse} d={`M${outline.map(at).join('L')}Z`} />}
      <path className={classes.path} d={line} />
      <path className={classes.bar} d={`M${MARGIN} ${SIZE + 4}h${(bar * scale).toFixed(1)}`} />
      <text className={classes.text} x={MARGIN} y={SIZE + 18}>
        {Number(bar.toPrecision(1))}
        {cell !== null && ' cm'}
      </text>
    </svg>
  );
}
