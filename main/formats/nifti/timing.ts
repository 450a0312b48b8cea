import type { Notice } from '../../contract/errors.ts';
import type { NiftiHeader } from './types.ts';

const secondsPer = { s: 1, ms: 1e-3, us: 1e-6 } as const;

/**
 * Seconds between volumes from pixdim[4] and the header's time unit. With no unit, values under 100 count as
 * seconds and larger ones as milliseconds, and a notice says so. Null where the header tells nothing usable.
 */
export function repetitionTimeOf(
  header: NiftiHeader,
  file: string,
): { seconds: number | null; notices: Notice[] } {
  const step = header.pixdim[4];
  if ((header.shape[3] ?? 1) <= 1) return { seconds: null, notices: [] };
  if (!Number.isFinite(step) || step <= 0) {
    return {
      seconds: null,
      notices: [notice('nifti.no-tr', `${file} does not say its repetition time (TR): give it.`, { file })],
    };
  }
  const unit = header.timeUnit;
  if (unit === 's' || unit === 'ms' || unit === 'us') {
    const seconds = rounded(step * secondsPer[unit]);
    if (seconds >= 0.05 && seconds <= 60) return { seconds, notices: [] };
    return {
      seconds,
      notices: [
        notice(
          'nifti.odd-tr',
          `${file} says its repetition time (TR) is ${seconds} s, which is unusual: check it.`,
          { file, seconds },
        ),
      ],
    };
  }
  if (unit !== 'unknown') return { seconds: null, notices: [] };
  const seconds = rounded(step < 100 ? step : step / 1000);
  return {
    seconds,
    notices: [
      notice(
        'nifti.tr-unit-unknown',
        `${file} gives ${rounded(step)} between volumes without a unit; it is taken as ${seconds} s.`,
        { file, value: rounded(step), seconds },
      ),
    ],
  };
}

/** float32 headers store 0.8 as 0.800000012: seven digits are what was meant. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}

function notice(code: string, message: string, params: Record<string, string | number>): Notice {
  return { level: 'warning', code, message, params };
}
