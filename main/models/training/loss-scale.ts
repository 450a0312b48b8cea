/** What the loss is multiplied by, and how many steps it has stood; kept with the optimizer's state. */
export const LOSS_SCALE = { name: 'loss_scale', dims: [2] } as const;

/** The first scale; a power of two changes no digit of a float32. */
const FIRST = 65_536;
/** Good steps after which the scale is doubled. */
const PATIENCE = 2000;

/**
 * Dynamic loss scaling (Micikevicius et al. 2018, section 3.2): gradients are kept above what float16 rounds to zero by
 * scaling the loss. Where they overflow the step is not taken and the scale halved; after many good steps it is doubled.
 */
export class LossScale {
  private scale: number;
  private good: number;

  /** @param kept what `state` gave, to go on from there */
  constructor(kept?: Float32Array) {
    this.scale = kept?.[0] ?? FIRST;
    this.good = kept?.[1] ?? 0;
  }

  get value(): number {
    return this.scale;
  }

  get state(): Float32Array {
    return Float32Array.of(this.scale, this.good);
  }

  /**
   * Hears of a step's gradient.
   * @returns whether the step counts: false where it is to be taken again at the scale that is now in force. A gradient that
   *   is not finite even without scaling counts: that is no matter of precision.
   */
  accepts(gradientNorm: number): boolean {
    if (!Number.isFinite(gradientNorm) && this.scale > 1) {
      this.scale /= 2;
      this.good = 0;
      return false;
    }
    this.good++;
    if (this.good >= PATIENCE) {
      this.scale *= 2;
      this.good = 0;
    }
    return true;
  }
}
