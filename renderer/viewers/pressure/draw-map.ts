import { isobars } from './isobars.ts';
import { pressureColour } from './pressure-colour.ts';

/** How cells are shown. */
export type MapStyle = 'cells' | 'smooth' | 'isobars';

/** What is drawn; rows and columns count cells from their centres. */
export interface PressurePicture {
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** Value that is shown in the last colour. */
  readonly full: number;
  readonly style: MapStyle;
  /** Value, row, column. */
  readonly keypoints: readonly (readonly [number, number, number])[];
  readonly edges: readonly (readonly [number, number])[];
  /** Centre of pressure, oldest first. */
  readonly path: readonly (readonly [number, number] | null)[];
}

/** Shares of full scale at which lines of equal pressure are drawn. */
const LEVELS = [0.15, 0.3, 0.5, 0.7, 0.9];

/** Draws a picture to fill a canvas whose shape fits the map's. `scratch` is a canvas that holds the cells. */
export function drawMap(
  canvas: HTMLCanvasElement,
  scratch: HTMLCanvasElement,
  picture: PressurePicture,
): void {
  const { rows, cols, style } = picture;
  const context = canvas.getContext('2d');
  if (context === null) return;
  paintCells(scratch, picture);
  context.imageSmoothingEnabled = style !== 'cells';
  context.imageSmoothingQuality = 'high';
  context.drawImage(scratch, 0, 0, canvas.width, canvas.height);
  const [across, down] = [canvas.width / cols, canvas.height / rows];
  const x = (col: number) => (col + 0.5) * across;
  const y = (row: number) => (row + 0.5) * down;
  const unit = Math.max(1, canvas.height / 600);
  if (style === 'isobars') drawIsobars(context, picture, x, y, unit);
  drawPath(context, picture.path, x, y, unit);
  drawKeypoints(context, picture, x, y, unit);
}

function paintCells(scratch: HTMLCanvasElement, { values, rows, cols, full }: PressurePicture): void {
  if (scratch.width !== cols || scratch.height !== rows) {
    scratch.width = cols;
    scratch.height = rows;
  }
  const context = scratch.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(cols, rows);
  for (let cell = 0; cell < rows * cols; cell++) {
    const [red, green, blue] = pressureColour(full > 0 ? values[cell] / full : 0);
    image.data.set([red, green, blue, 255], cell * 4);
  }
  context.putImageData(image, 0, 0);
}

type Along = (cell: number) => number;

function drawIsobars(
  context: CanvasRenderingContext2D,
  picture: PressurePicture,
  x: Along,
  y: Along,
  unit: number,
): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.75)';
  context.lineWidth = 1.2 * unit;
  context.beginPath();
  for (const level of LEVELS)
    for (const [r0, c0, r1, c1] of isobars(
      picture.values,
      picture.rows,
      picture.cols,
      level * picture.full,
    )) {
      context.moveTo(x(c0), y(r0));
      context.lineTo(x(c1), y(r1));
    }
  context.stroke();
}

function drawPath(
  context: CanvasRenderingContext2D,
  path: PressurePicture['path'],
  x: Along,
  y: Along,
  unit: number,
): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.9)';
  context.lineWidth = 2 * unit;
  context.beginPath();
  let open = false;
  for (const point of path) {
    if (point === null) {
      open = false;
      continue;
    }
    if (open) context.lineTo(x(point[1]), y(point[0]));
    else context.moveTo(x(point[1]), y(point[0]));
    open = true;
  }
  context.stroke();
  const last = path[path.length - 1];
  if (last === undefined || last === null) return;
  dot(context, x(last[1]), y(last[0]), 7 * unit, '#ffffff', '#111111');
}

function drawKeypoints(
  context: CanvasRenderingContext2D,
  picture: PressurePicture,
  x: Along,
  y: Along,
  unit: number,
): void {
  const { keypoints, edges } = picture;
  context.strokeStyle = 'rgba(255, 255, 255, 0.55)';
  context.lineWidth = 1.5 * unit;
  context.beginPath();
  for (const [a, b] of edges) {
    const [from, to] = [keypoints[a], keypoints[b]];
    if (from === undefined || to === undefined) continue;
    context.moveTo(x(from[2]), y(from[1]));
    context.lineTo(x(to[2]), y(to[1]));
  }
  context.stroke();
  for (const [, row, col] of keypoints) dot(context, x(col), y(row), 4.5 * unit, '#ff5fd2', '#111111');
}

function dot(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  fill: string,
  line: string,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = line;
  context.lineWidth = radius / 4;
  context.stroke();
}
