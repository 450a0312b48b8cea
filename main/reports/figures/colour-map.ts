/** ColorBrewer RdBu, 11 classes, from blue (low) to red (high), as 8-bit R G B. */
const rdBuReversed = [
  [5, 48, 97],
  [33, 102, 172],
  [67, 147, 195],
  [146, 197, 222],
  [209, 229, 240],
  [247, 247, 247],
  [253, 219, 199],
  [244, 165, 130],
  [214, 96, 77],
  [178, 24, 43],
  [103, 0, 31],
] as const;

export type Rgb = readonly [number, number, number];

/** Colour of `value` on the symmetric RdBu_r map from −limit to +limit; beyond, the end colours. */
export function divergingColour(value: number, limit: number): Rgb {
  const position = Math.min(1, Math.max(0, (value / limit + 1) / 2)) * (rdBuReversed.length - 1);
  const lower = Math.min(rdBuReversed.length - 2, Math.floor(position));
  const share = position - lower;
  const [a, b] = [rdBuReversed[lower], rdBuReversed[lower + 1]];
  return [0, 1, 2].map((i) => Math.round(a[i] + (b[i] - a[i]) * share)) as [number, number, number];
}

/** Okabe-Ito colours, told apart by colour-blind readers; used for categories in figures. */
export const categoryColours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7f7f7f',
] as const;
