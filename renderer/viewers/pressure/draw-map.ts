import { cellPainter } from './cell-painter.ts';
import { isobars } from './isobars.ts';

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
  /** Closed line around the path, as the 95 % ellipse: row, column. */
  readonly outline?: readonly (readonly [number, number])[];
  /** Keypoints that are pointed out with a ring. */
  readonly marked?: readonly number[];
  /** Lines from a place to another, as from a point to where it went: row, column. */
  readonly moves?: readonly (readonly [readonly [number, number], readonly [number, number]])[];
  /** Crosses, as for true joints: row, column. */
  readonly crosses?: readonly (readonly [number, number])[];
  /** Height of a cell over its width; 1 where it is left out. */
  readonly aspect?: number;
  /** The mat's upper edge at the left, so that a long mat fills a wide screen. */
  readonly lying?: boolean;
}

/** Shares of full scale at which lines of equal pressure are drawn. */
const LEVELS = [0.15, 0.3, 0.5, 0.7, 0.9];

/** Draws a picture to fill a canvas whose shape fits the map's. */
export function drawMap(canvas: HTMLCanvasElement, picture: PressurePicture): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const cells = document.createElement('canvas');
  cellPainter()(cells, picture);
  context.imageSmoothingEnabled = picture.style !== 'cells';
  context.imageSmoothingQuality = 'high';
  context.drawImage(cells, 0, 0, canvas.width, canvas.height);
  drawOverlay(canvas, picture);
}

/** Draws lines, paths and points over whatever a canvas shows; its shape fits the map's. */
export function drawOverlay(canvas: HTMLCanvasElement, picture: PressurePicture): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { rows, cols } = picture;
  const [width, height] = picture.lying ? [canvas.height, canvas.width] : [canvas.width, canvas.height];
  // A quarter turn against the clock: the upper edge comes to the left, nothing is mirrored.
  if (picture.lying) context.setTransform(0, -1, 1, 0, 0, canvas.height);
  else context.setTransform(1, 0, 0, 1, 0, 0);
  const [across, down] = [width / cols, height / rows];
  const x = (col: number) => (col + 0.5) * across;
  const y = (row: number) => (row + 0.5) * down;
  const unit = Math.max(1, height / 600);
  if (picture.style === 'isobars') drawIsobars(context, picture, x, y, unit);
  drawOutline(context, picture.outline ?? [], x, y, unit);
  drawPath(context, picture.path, x, y, unit);
  drawMoves(context, picture, x, y, unit);
  drawKeypoints(context, picture, x, y, unit);
}

function drawMoves(
  context: CanvasRenderingContext2D,
  { moves = [], crosses = [] }: PressurePicture,
  x: Along,
  y: Along,
  unit: number,
): void {
  context.strokeStyle = '#ffffff';
  context.lineWidth = 2 * unit;
  context.beginPath();
  for (const [from, to] of moves) {
    context.moveTo(x(from[1]), y(from[0]));
    context.lineTo(x(to[1]), y(to[0]));
  }
  const arm = 6 * unit;
  for (const [row, col] of crosses) {
    context.moveTo(x(col) - arm, y(row) - arm);
    context.lineTo(x(col) + arm, y(row) + arm);
    context.moveTo(x(col) + arm, y(row) - arm);
    context.lineTo(x(col) - arm, y(row) + arm);
  }
  context.stroke();
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

function drawOutline(
  context: CanvasRenderingContext2D,
  outline: readonly (readonly [number, number])[],
  x: Along,
  y: Along,
  unit: number,
): void {
  if (outline.length === 0) return;
  context.beginPath();
  for (const [row, col] of outline) context.lineTo(x(col), y(row));
  context.closePath();
  context.fillStyle = 'rgba(255, 255, 255, 0.18)';
  context.fill();
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1.5 * unit;
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
  context.strokeStyle = '#ffffff';
  context.lineWidth = 2 * unit;
  for (const at of picture.marked ?? []) {
    const point = keypoints[at];
    if (point === undefined) continue;
    context.beginPath();
    context.arc(x(point[2]), y(point[1]), 11 * unit, 0, 2 * Math.PI);
    context.stroke();
  }
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

/** Width over height of a picture's map as it is drawn. */
export function mapShape({ rows, cols, aspect = 1, lying = false }: PressurePicture): number {
  const shape = cols / (rows * aspect);
  return lying ? 1 / shape : shape;
}

/** The cell under a place of the map, given as shares of its drawn width and height; null outside. */
export function cellAt(
  { rows, cols, lying = false }: Pick<PressurePicture, 'rows' | 'cols' | 'lying'>,
  right: number,
  down: number,
): { row: number; col: number } | null {
  if (right < 0 || right >= 1 || down < 0 || down >= 1) return null;
  return lying
    ? { row: Math.floor(right * rows), col: Math.min(cols - 1, Math.floor((1 - down) * cols)) }
    : { row: Math.floor(down * rows), col: Math.floor(right * cols) };
}
