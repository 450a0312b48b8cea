/** Blue (little) to red (much), as clinical mats show pressure; even in lightness up to yellow. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [14, 26, 64],
  [28, 90, 190],
  [20, 170, 180],
  [120, 205, 90],
  [245, 205, 50],
  [245, 130, 30],
  [200, 25, 30],
];

/** Colour of a share of the scale, 0 … 1. */
export function pressureColour(share: number): [number, number, number] {
  const place = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
  const at = Math.min(Math.floor(place), STOPS.length - 2);
  const rest = place - at;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(STOPS[at][channel] * (1 - rest) + STOPS[at + 1][channel] * rest);
  return [mix(0), mix(1), mix(2)];
}

/** The scale's colours as a CSS background. */
export const pressureRamp = `linear-gradient(to right, ${STOPS.map((stop) => `rgb(${stop.join(' ')})`).join(', ')})`;
