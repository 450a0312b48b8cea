import type { Sensor } from '../../contract/item-sets.ts';
import { divergingColour } from './colour-map.ts';
import { coordinate, escapeText, svgDocument } from './svg.ts';

export interface SensorFigure {
  readonly title: string;
  /** Within the unit circle, nose up. */
  readonly sensors: readonly Sensor[];
  /** One per sensor; null where it was left out. */
  readonly values: readonly (number | null)[];
  /** Value at the ends of the colours. */
  readonly limit: number;
}

const [SIZE, RADIUS] = [150, 58];

/** Values of sensors on a head seen from above, nose up; sensors left out are open circles. */
export function sensorFigure({ title, sensors, values, limit }: SensorFigure): string {
  const [cx, cy] = [SIZE / 2, SIZE / 2 + 14];
  const dots = sensors.map(({ name, x, y }, at) => {
    const value = values[at] ?? null;
    const fill = value === null ? 'none' : `rgb(${divergingColour(value, limit)})`;
    const place = `cx="${coordinate(cx + x * RADIUS)}" cy="${coordinate(cy - y * RADIUS)}"`;
    return `<circle ${place} r="4" fill="${fill}" stroke="#8a929b" stroke-width="0.5"><title>${escapeText(name)}</title></circle>`;
  });
  const nose = `<path d="M${cx - 7},${cy - RADIUS - 3} L${cx},${cy - RADIUS - 12} L${cx + 7},${cy - RADIUS - 3}" fill="none" stroke="#8a929b"/>`;
  const head = `<circle cx="${cx}" cy="${cy}" r="${RADIUS + 5}" fill="none" stroke="#8a929b"/>`;
  const text = `<text x="${cx}" y="12" text-anchor="middle">${escapeText(title)}</text>`;
  return svgDocument({ width: SIZE, height: SIZE + 22 }, title, text + nose + head + dots.join(''));
}
