import type { Recording } from '../../../main/contract/recordings.ts';
import { formatNumber } from '../../components/format.ts';

/** Seconds from volume to volume as fMRI has it, samples a second for all else; nothing for ratings. */
export function samplingText(
  { modality, samplingInterval }: Pick<Recording, 'modality' | 'samplingInterval'>,
  language: string,
): string {
  if (modality === 'rating') return '–';
  if (modality === 'fmri') return `${formatNumber(samplingInterval, language, 3)} s`;
  const rate = 1 / samplingInterval;
  return `${formatNumber(rate, language, Math.abs(rate - Math.round(rate)) < 0.05 ? 0 : 1)} Hz`;
}
