import { swayPath } from '../../../main/contract/sway-path.ts';
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
  const drawn = swayPath(path, outline, cell, { size: SIZE, margin: MARGIN });
  if (drawn === null) return null;
  return (
    <svg className={classes.figure} viewBox={`0 0 ${SIZE} ${SIZE + 20}`} role="img" aria-label={label}>
      {drawn.outline !== '' && <path className={classes.ellipse} d={drawn.outline} />}
      <path className={classes.path} d={drawn.line} />
      <path className={classes.bar} d={`M${MARGIN} ${SIZE + 4}h${drawn.bar.width}`} />
      <text className={classes.text} x={MARGIN} y={SIZE + 18}>
        {drawn.bar.length}
        {cell !== null && ' cm'}
      </text>
    </svg>
  );
}
