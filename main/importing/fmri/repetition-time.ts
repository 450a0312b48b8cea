import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { JsonObject } from '../../formats/bids/sidecar.ts';
import { repetitionTimeOf } from '../../formats/nifti/timing.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';

/**
 * Seconds between volumes from the sidecar's RepetitionTime, else from the header. Where both speak and differ by
 * over 1 %, the sidecar is used and a warning says so; slice times longer than the TR give a warning too. Null
 * (with an error notice) where neither tells: the user must give it.
 */
export function resolveRepetitionTime(
  image: NiftiImage,
  sidecar: JsonObject,
): { seconds: number | null; notices: Notice[] } {
  const file = basename(image.path);
  const header = repetitionTimeOf(image.header, file);
  const stated = sidecar.RepetitionTime;
  const sidecarTime = typeof stated === 'number' && stated > 0 && Number.isFinite(stated) ? stated : null;
  const seconds = sidecarTime ?? header.seconds;
  const notices: Notice[] = [];
  if (seconds === null) {
    notices.push({
      level: 'error',
      code: 'import.no-tr',
      message: `${file}: neither the header nor a sidecar gives the repetition time (TR): enter it.`,
      params: { file },
    });
    return { seconds, notices };
  }
  if (sidecarTime === null) notices.push(...header.notices);
  else if (header.seconds !== null && Math.abs(header.seconds - sidecarTime) > 0.01 * sidecarTime) {
    notices.push({
      level: 'warning',
      code: 'import.tr-differs',
      message: `${file}: the header says a TR of ${header.seconds} s, the sidecar ${sidecarTime} s; the sidecar's is used.`,
      params: { file, header: header.seconds, sidecar: sidecarTime },
    });
  }
  const slices = sidecar.SliceTiming;
  const lastSlice = Array.isArray(slices)
    ? Math.max(...slices.filter((time) => typeof time === 'number'))
    : 0;
  if (lastSlice > seconds) {
    notices.push({
      level: 'warning',
      code: 'import.slice-timing',
      message: `${file}: slice times reach ${lastSlice}, beyond the TR of ${seconds} s; they may be in milliseconds.`,
      params: { file, last: lastSlice, seconds },
    });
  }
  return { seconds, notices };
}
