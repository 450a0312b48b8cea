/** Width of the Cauchy prior on the effect size: √2/2, the default of BayesFactor and JASP. */
const SCALE = Math.SQRT1_2;

/**
 * JZS Bayes factor BF₁₀ of a one-sample (or paired) t test: how many times likelier the data are under an effect with
 * Cauchy(0, scale) prior on its size than under none; above 1 for, below 1 against. Numeric integral over g.
 * Source: Rouder et al. 2009, equation 1, doi 10.3758/PBR.16.2.225.
 * @param t the t value
 * @param units subjects (n), at least 2
 */
export function bayesFactorOneSample(t: number, units: number, scale = SCALE): number {
  return bayesFactor(t, units, units - 1, scale);
}

/** The same for two independent groups of the given sizes. */
export function bayesFactorTwoSample(t: number, first: number, second: number, scale = SCALE): number {
  return bayesFactor(t, (first * second) / (first + second), first + second - 2, scale);
}

function bayesFactor(t: number, effective: number, degrees: number, scale: number): number {
  const power = -(degrees + 1) / 2;
  const none = power * Math.log1p((t * t) / degrees);
  // g = eˣ makes the integrand a smooth bump; the trapezoid rule is then exact to rounding.
  const [low, high, steps] = [-30, 40, 7000];
  const width = (high - low) / steps;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    const x = low + step * width;
    const g = Math.exp(x);
    const shrink = 1 + effective * g * scale * scale;
    const likelihood = -0.5 * Math.log(shrink) + power * Math.log1p((t * t) / (shrink * degrees));
    const prior = -0.5 * Math.log(2 * Math.PI) - 0.5 * x - 1 / (2 * g);
    sum += Math.exp(likelihood + prior - none) * width;
  }
  return sum;
}
