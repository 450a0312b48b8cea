import { divergingColour } from './colour-map.ts';
import { coordinate, svgDocument, textWidth, tickLabel, ticks } from './svg.ts';

/** Colour bar from −limit to +limit; the part nearer to zero than `threshold` is grey, as in the maps. */
export function colourBar(limit: number, threshold: number, label: string): string {
  const [left, width] = [40, 280];
  const steps = 140;
  const bars = Array.from({ length: steps }, (_, step) => {
    const value = limit * ((2 * (step + 0.5)) / steps - 1);
    const colour = Math.abs(value) < threshold ? 'rgb(214,214,214)' : `rgb(${divergingColour(value, limit)})`;
    return `<rect x="${coordinate(left + (step * width) / steps)}" y="4" width="${width / steps + 0.5}" height="11" fill="${colour}"/>`;
  });
  const marks = ticks([-limit, limit], 6).map((value) => {
    const at = coordinate(left + (width * (value / limit + 1)) / 2);
    return `<line x1="${at}" x2="${at}" y1="15" y2="19" stroke="#666"/><text x="${at}" y="30" text-anchor="middle">${tickLabel(value)}</text>`;
  });
  const title = `<text x="${left + width + 12}" y="14">${label}</text>`;
  return svgDocument(
    { width: left + width + 20 + textWidth(label, 11), height: 34 },
    label,
    bars.join('') + marks.join('') + title,
  );
}
