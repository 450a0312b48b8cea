import { dot } from './weight-sketch.ts';

/** Inner products of all checkpoints of a series with each other, as their sketches tell them. */
export class SeriesGeometry {
  readonly size: number;
  private readonly products: Float64Array;

  constructor(sketches: readonly Float64Array[]) {
    this.size = sketches.length;
    this.products = new Float64Array(this.size ** 2);
    for (let a = 0; a < this.size; a++) {
      for (let b = a; b < this.size; b++) {
        const product = dot(sketches[a], sketches[b]);
        this.products[a * this.size + b] = product;
        this.products[b * this.size + a] = product;
      }
    }
  }

  product(a: number, b: number): number {
    return this.products[a * this.size + b];
  }

  norm(a: number): number {
    return Math.sqrt(this.product(a, a));
  }

  /** Euclidean distance of two checkpoints' weights. */
  distance(a: number, b: number): number {
    return Math.sqrt(Math.max(0, this.product(a, a) + this.product(b, b) - 2 * this.product(a, b)));
  }

  /** Cosine of two checkpoints' weights; NaN where one has none. */
  cosine(a: number, b: number): number {
    return Math.min(1, this.product(a, b) / (this.norm(a) * this.norm(b)));
  }

  /**
   * Place of the `members` along the direction in which they differ most (first principal component), scaled so that
   * it runs from 0 to 1 and mostly upwards. Training moves steadily along it (Antognini & Sohl-Dickstein 2018).
   */
  progress(members: readonly number[]): number[] {
    const n = members.length;
    const centred = this.centred(members);
    let vector = Float64Array.from({ length: n }, (_, at) => at - (n - 1) / 2);
    for (let round = 0; round < 300; round++) {
      const next = new Float64Array(n);
      for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) next[a] += centred[a * n + b] * vector[b];
      const length = Math.sqrt(dot(next, next));
      if (length === 0) return members.map(() => 0);
      vector = next.map((value) => value / length);
    }
    const upwards = vector.reduce((sum, value, at) => sum + value * (at - (n - 1) / 2), 0) >= 0 ? 1 : -1;
    const places = Array.from(vector, (value) => value * upwards);
    const [low, high] = [Math.min(...places), Math.max(...places)];
    return places.map((place) => (place - low) / (high - low || 1));
  }

  /** Gram matrix of the members after their mean is taken off. */
  private centred(members: readonly number[]): Float64Array {
    const n = members.length;
    const means = members.map((a) => members.reduce((sum, b) => sum + this.product(a, b), 0) / n);
    const grand = means.reduce((sum, mean) => sum + mean, 0) / n;
    return Float64Array.from({ length: n * n }, (_, at) => {
      const [a, b] = [Math.floor(at / n), at % n];
      return this.product(members[a], members[b]) - means[a] - means[b] + grand;
    });
  }
}
