/** A complex signal or spectrum: real and imaginary parts, equally long. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** In-place radix-2 transform for lengths that are powers of two (Cooley and Tukey 1965). */
function radix2(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  const sign = inverse ? 1 : -1;
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let k = 0; k < n / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = sign * Math.sin((2 * Math.PI * k) / n);
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const stride = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < half; k++) {
        const [a, b] = [start + k, start + k + half];
        const real = re[b] * cos[k * stride] - im[b] * sin[k * stride];
        const imaginary = re[b] * sin[k * stride] + im[b] * cos[k * stride];
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
    }
  }
}

/** Any length as a convolution of a power-of-two length (Bluestein 1970). */
function bluestein(signal: Complex, inverse: boolean): Complex {
  const n = signal.re.length;
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const sign = inverse ? 1 : -1;
  const chirp = (k: number): [number, number] => {
    // k² mod 2n keeps the angle small, so that its sine is exact for long signals.
    const angle = (Math.PI * ((k * k) % (2 * n))) / n;
    return [Math.cos(angle), sign * Math.sin(angle)];
  };
  const [ar, ai, br, bi] = [0, 0, 0, 0].map(() => new Float64Array(size));
  for (let k = 0; k < n; k++) {
    const [c, s] = chirp(k);
    ar[k] = signal.re[k] * c - signal.im[k] * s;
    ai[k] = signal.re[k] * s + signal.im[k] * c;
    br[k] = c;
    bi[k] = -s;
    if (k > 0) {
      br[size - k] = c;
      bi[size - k] = -s;
    }
  }
  radix2(ar, ai, false);
  radix2(br, bi, false);
  for (let k = 0; k < size; k++) {
    const real = ar[k] * br[k] - ai[k] * bi[k];
    ai[k] = ar[k] * bi[k] + ai[k] * br[k];
    ar[k] = real;
  }
  radix2(ar, ai, true);
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    const [c, s] = chirp(k);
    out.re[k] = (ar[k] * c - ai[k] * s) / size;
    out.im[k] = (ar[k] * s + ai[k] * c) / size;
  }
  return out;
}

function transform(signal: Complex, inverse: boolean): Complex {
  const n = signal.re.length;
  if (n <= 1) return { re: signal.re.slice(), im: signal.im.slice() };
  if ((n & (n - 1)) !== 0) return bluestein(signal, inverse);
  const out = { re: signal.re.slice(), im: signal.im.slice() };
  radix2(out.re, out.im, inverse);
  return out;
}

/** Discrete Fourier transform of any length: X_k = Σ x_t e^(−2πi kt/n). */
export function fft(signal: Complex): Complex {
  return transform(signal, false);
}

/** Inverse transform, divided by n: `inverseFft(fft(x))` is x. */
export function inverseFft(spectrum: Complex): Complex {
  const out = transform(spectrum, true);
  const n = spectrum.re.length;
  return { re: out.re.map((value) => value / n), im: out.im.map((value) => value / n) };
}

/** Transform of a real signal. */
export function realFft(values: ArrayLike<number>): Complex {
  return fft({ re: Float64Array.from(values), im: new Float64Array(values.length) });
}
