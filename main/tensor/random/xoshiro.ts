/** A seeded stream of random numbers. The same seed gives the same numbers on every machine. */
export interface Random {
  /** A whole number from 0 to 2³² − 1. */
  nextUint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Uniform whole number in [0, bound), without modulo bias; bound up to 2³². */
  integer(bound: number): number;
  /** Standard normal (Marsaglia's polar method). */
  normal(): number;
}

/** One step of SplitMix32, used to spread a seed over the state. */
function splitMix(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** The state words for a seed (whole, up to 2⁵³) and a stream number. */
function seeded(seed: number, stream: number): Uint32Array {
  const state = new Uint32Array(4);
  const words = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, stream >>> 0, 0x6a09e667];
  let carry = 0x243f6a88;
  for (let round = 0; round < 2; round++) {
    for (let word = 0; word < 4; word++) {
      carry = splitMix((carry + words[word]) >>> 0);
      state[word] ^= carry;
    }
  }
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

/**
 * xoshiro128++ (Blackman and Vigna 2021, doi 10.1145/3460772), period 2¹²⁸ − 1.
 * @param seed whole number from 0 to 2⁵³ − 1
 * @param stream independent streams of one seed: one per fold, batch, voxel block ...
 */
export function createRandom(seed: number, stream = 0): Random {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`seed ${seed} is not a whole number from 0 to 2^53 - 1`);
  const s = seeded(seed, stream);
  let spare: number | null = null;

  const nextUint32 = (): number => {
    const sum = (s[0] + s[3]) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + s[0]) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  };
  const uniform = (): number => ((nextUint32() >>> 5) * 67108864 + (nextUint32() >>> 6)) / 2 ** 53;
  const integer = (bound: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const drawn = nextUint32();
      if (drawn < limit) return drawn % bound;
    }
  };
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const radius = x * x + y * y;
      if (radius > 0 && radius < 1) {
        const scale = Math.sqrt((-2 * Math.log(radius)) / radius);
        spare = y * scale;
        return x * scale;
      }
    }
  };
  return { nextUint32, uniform, integer, normal };
}
