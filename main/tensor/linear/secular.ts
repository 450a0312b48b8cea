/** One root of the secular equation: λ = poles[anchor] + offset. Kept apart so that poles − λ stays exact. */
export interface SecularRoot {
  readonly anchor: number;
  readonly offset: number;
}

const EPSILON = 2 ** -52;

/**
 * Root number `index` of 1 + ρ Σ zᵢ²/(dᵢ − λ) = 0 with ρ > 0 and ascending distinct poles dᵢ: it lies between
 * d[index] and d[index + 1], the last one above the last pole. Rational interpolation with a bracket around it
 * ("the middle way", R.-C. Li 1994, LAPACK working note 89).
 */
export function secularRoot(
  poles: Float64Array,
  weights: Float64Array,
  rho: number,
  index: number,
): SecularRoot {
  const count = poles.length;
  const last = index === count - 1;
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i];
  const span = last ? rho * total : poles[index + 1] - poles[index];
  // Anchor the root at its nearer pole: the sign of the function half-way tells which that is.
  let halfway = 1;
  for (let i = 0; i < count; i++) halfway += (rho * weights[i]) / (poles[i] - poles[index] - span / 2);
  const anchor = last || halfway >= 0 ? index : index + 1;
  const origin = poles[anchor];
  let low = anchor === index ? 0 : -span / 2;
  let high = anchor === index ? (last ? span : span / 2) : 0;
  if (last && halfway < 0) low = span / 2;
  let offset = (low + high) / 2;
  for (let round = 0; round < 100; round++) {
    let [below, above, slopeBelow, slopeAbove, size] = [0, 0, 0, 0, 1];
    for (let i = 0; i < count; i++) {
      const gap = poles[i] - origin - offset;
      const term = (rho * weights[i]) / gap;
      if (i <= index) {
        below += term;
        slopeBelow += term / gap;
      } else {
        above += term;
        slopeAbove += term / gap;
      }
      size += Math.abs(term);
    }
    const value = 1 + below + above;
    if (Math.abs(value) <= EPSILON * size) break;
    if (value < 0) low = offset;
    else high = offset;
    if (high - low <= EPSILON * Math.abs(offset)) break;
    const step = last
      ? lastStep(poles[index] - origin - offset, value, slopeBelow)
      : middleStep(
          poles[index] - origin - offset,
          poles[index + 1] - origin - offset,
          value,
          slopeBelow,
          slopeAbove,
        );
    const next = offset + step;
    offset = next > low && next < high ? next : (low + high) / 2;
  }
  return { anchor, offset };
}

/** Step to the root of c + s/(Δ₁ − η) + S/(Δ₂ − η), matched to value and slopes. */
function middleStep(
  lower: number,
  upper: number,
  value: number,
  slopeBelow: number,
  slopeAbove: number,
): number {
  const a = (lower + upper) * value - lower * upper * (slopeBelow + slopeAbove);
  const b = lower * upper * value;
  const c = value - lower * slopeBelow - upper * slopeAbove;
  const root = Math.sqrt(Math.max(0, a * a - 4 * b * c));
  return a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root);
}

/** Step to the root of r + s/(Δ − η), matched to value and slope: above the last pole there is but one side. */
function lastStep(gap: number, value: number, slope: number): number {
  const rest = value - gap * slope;
  return gap + (slope * gap * gap) / rest;
}
