/** A list of numbers that grows, kept in one typed array. */
export class GrowingNumbers {
  private values = new Float64Array(1024);
  private filled = 0;

  get length(): number {
    return this.filled;
  }

  push(value: number): void {
    if (this.filled === this.values.length) {
      const wider = new Float64Array(this.values.length * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.filled] = value;
    this.filled += 1;
  }

  /** Appends missing values until the list is this long. */
  padTo(length: number): void {
    while (this.filled < length) this.push(Number.NaN);
  }

  /** A copy of what is filled. */
  take(): Float64Array {
    return this.values.slice(0, this.filled);
  }
}
