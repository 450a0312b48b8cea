import { fft, inverseFft } from '../../core/fft.ts';

/** Edges of a zero-phase filter in Hz; null leaves that side open. */
export interface FilterEdges {
  readonly highpass: number | null;
  readonly lowpass: number | null;
}

/** Length of a Hamming-windowed filter times its transition band, in samples (mne/filter.py). */
const HAMMING_LENGTH = 3.3;

/**
 * Coefficients of MNE's default filter: windowed sinc ("firwin"), Hamming window, symmetric and of odd length, so that
 * applied once and centred it has no phase. Transition bands are a quarter of the edge, at least 2 Hz, and never
 * wider than there is room. Returns null where neither edge is given.
 * @param sfreq samples per second
 * @throws RangeError where an edge is not between 0 and half the sampling rate, or the high-pass is not below the low-pass
 */
export function bandpassCoefficients({ highpass, lowpass }: FilterEdges, sfreq: number): Float64Array | null {
  const nyquist = sfreq / 2;
  const low = highpass !== null && highpass > 0 ? highpass : null;
  for (const edge of [low, lowpass]) {
    if (edge !== null && !(edge > 0 && edge < nyquist))
      throw new RangeError(`an edge of ${edge} Hz lies outside 0 to ${nyquist} Hz`);
  }
  if (low !== null && lowpass !== null && low >= lowpass)
    throw new RangeError('the high-pass is not below the low-pass');
  if (low === null && lowpass === null) return null;
  const bands: Band[] = [];
  if (low !== null) bands.push({ from: low - Math.min(Math.max(0.25 * low, 2), low), to: low, gain: 1 });
  if (lowpass !== null) {
    bands.push({
      from: lowpass,
      to: lowpass + Math.min(Math.max(0.25 * lowpass, 2), nyquist - lowpass),
      gain: 0,
    });
  }
  return design(bands, low === null ? 1 : 0, sfreq);
}

/**
 * Coefficients that take out narrow bands around frequencies (of the mains and its harmonics), as mne's notch_filter
 * does by default: width of a 200th of the frequency, transition bands of 0.5 Hz.
 * @throws RangeError where a frequency leaves no room below half the sampling rate
 */
export function notchCoefficients(frequencies: readonly number[], sfreq: number): Float64Array {
  const bands = [...frequencies]
    .sort((a, b) => a - b)
    .flatMap((frequency): Band[] => {
      const half = frequency / 400;
      const [low, high] = [frequency - half - 0.5, frequency + half + 0.5];
      if (!(low > 0 && high < sfreq / 2))
        throw new RangeError(`there is no room for a notch at ${frequency} Hz`);
      return [
        { from: low, to: low + 0.5, gain: 0 },
        { from: high - 0.5, to: high, gain: 1 },
      ];
    });
  return design(bands, 1, sfreq);
}

/** A transition: the gain goes to `gain` between two frequencies in Hz. */
interface Band {
  readonly from: number;
  readonly to: number;
  readonly gain: 0 | 1;
}

/** Adds up low-passes, each as long as its own transition needs. */
function design(bands: readonly Band[], gainAtZero: 0 | 1, sfreq: number): Float64Array {
  const narrowest = Math.min(...bands.map(({ from, to }) => to - from));
  const wanted = Math.ceil((HAMMING_LENGTH / narrowest) * sfreq - 1e-9);
  const length = wanted + ((wanted + 1) % 2);
  const h = new Float64Array(length);
  let gainAbove = bands[bands.length - 1].gain;
  if (gainAbove === 1) h[(length - 1) / 2] = 1;
  for (let index = bands.length - 1; index >= 0; index--) {
    const { from, to } = bands[index];
    const gainBelow = index > 0 ? bands[index - 1].gain : gainAtZero;
    let own = Math.round((HAMMING_LENGTH * sfreq) / (to - from));
    own += 1 - (own % 2);
    own = Math.min(own, length);
    const part = windowedSinc(own, (from + to) / sfreq, hamming);
    const offset = (length - own) / 2;
    const sign = gainBelow > gainAbove ? 1 : -1;
    for (let at = 0; at < own; at++) h[offset + at] += sign * part[at];
    gainAbove = gainBelow;
  }
  return h;
}

/** A low-pass by the window method with unit gain at zero; `cutoff` as a share of half the sampling rate. */
export function windowedSinc(
  length: number,
  cutoff: number,
  window: (at: number, length: number) => number,
): Float64Array {
  const middle = (length - 1) / 2;
  const h = Float64Array.from({ length }, (_, at) => {
    const x = Math.PI * cutoff * (at - middle);
    return cutoff * (x === 0 ? 1 : Math.sin(x) / x) * window(at, length);
  });
  const sum = h.reduce((total, value) => total + value, 0);
  return h.map((value) => value / sum);
}

function hamming(at: number, length: number): number {
  return length === 1 ? 1 : 0.54 - 0.46 * Math.cos((2 * Math.PI * at) / (length - 1));
}

/** Samples that a filter needs on either side of those it gives back. */
export function reachOf(coefficients: Float64Array): number {
  return (coefficients.length - 1) / 2;
}

/**
 * Applies a symmetric filter, centred: sample i of the output is that of input i + reach. Inputs hold `reach` samples
 * more on either side than wanted. Signals go through the transform in pairs, as real and imaginary part.
 */
export function filterCentred(signals: readonly Float64Array[], coefficients: Float64Array): Float64Array[] {
  const reach = reachOf(coefficients);
  const wanted = (signals[0]?.length ?? 0) - 2 * reach;
  if (wanted <= 0) return signals.map(() => new Float64Array(0));
  const size =
    2 ** Math.ceil(Math.log2(Math.min(wanted + 4 * reach, Math.max(1024, 8 * coefficients.length))));
  const step = size - 2 * reach;
  const padded = new Float64Array(size);
  padded.set(coefficients);
  const spectrum = fft({ re: padded, im: new Float64Array(size) });
  const out = signals.map(() => new Float64Array(wanted));
  for (let first = 0; first < signals.length; first += 2) {
    for (let start = 0; start < wanted; start += step) {
      const [re, im] = [new Float64Array(size), new Float64Array(size)];
      re.set(signals[first].subarray(start, start + size));
      if (first + 1 < signals.length) im.set(signals[first + 1].subarray(start, start + size));
      const both = fft({ re, im });
      for (let bin = 0; bin < size; bin++) {
        const [a, b, c, d] = [both.re[bin], both.im[bin], spectrum.re[bin], spectrum.im[bin]];
        both.re[bin] = a * c - b * d;
        both.im[bin] = a * d + b * c;
      }
      const result = inverseFft(both);
      const count = Math.min(step, wanted - start);
      out[first].set(result.re.subarray(2 * reach, 2 * reach + count), start);
      if (first + 1 < signals.length)
        out[first + 1].set(result.im.subarray(2 * reach, 2 * reach + count), start);
    }
  }
  return out;
}
