import { toCsv } from '../figure/csv.ts';
import { FigureFrame } from '../figure/figure-frame.tsx';
import { drawMap, mapShape, type PressurePicture } from './draw-map.ts';
import { PressureMap } from './pressure-map.tsx';

/** Height of an exported map in CSS pixels. */
const HEIGHT = 480;

export interface MapFigureProps {
  readonly title: string;
  readonly caption: string;
  /** Must keep its identity while its data do. */
  readonly picture: PressurePicture;
}

/** A pressure map with points as a figure: PNG, and its cells and points as CSV. */
export function MapFigure({ title, caption, picture }: MapFigureProps) {
  const png = (scale: number) => {
    const canvas = document.createElement('canvas');
    canvas.height = Math.round(HEIGHT * scale);
    canvas.width = Math.round(HEIGHT * scale * mapShape(picture));
    drawMap(canvas, picture);
    return { canvas, scale };
  };
  const csv = () =>
    toCsv(
      ['what', 'row', 'column', 'value'],
      [
        ...picture.keypoints.map(([value, row, col], at) => [`point ${at + 1}`, row, col, value]),
        ...(picture.crosses ?? []).map(([row, col], at) => [`joint ${at + 1}`, row, col, Number.NaN]),
        ...Array.from(picture.values, (value, cell) => [
          'cell',
          Math.floor(cell / picture.cols),
          cell % picture.cols,
          value,
        ]),
      ],
    );
  return (
    <FigureFrame title={title} caption={caption} exports={{ png, csv }}>
      <div style={{ position: 'absolute', inset: 0 }}>
        <PressureMap label={`${title}. ${caption}`} picture={picture} />
      </div>
    </FigureFrame>
  );
}
