import type { EyeFormat } from './recording.ts';

/** Tells eye-tracking text files by their start (4 kB will do); null where it is none that can be told. */
export function eyetrackingKind(text: string): EyeFormat | null {
  const start = text.replace(/^\uFEFF/, '');
  if (/^\*\* (CONVERTED FROM|DATE|TYPE|SOURCE)\b/m.test(start) && /^\*\*/.test(start.trimStart()))
    return 'eyelink-asc';
  if (/^(MSG|START)\s+\d+/m.test(start) && /^(SAMPLES|EVENTS|PRESCALER|EFIX|SFIX|START)\b/m.test(start))
    return 'eyelink-asc';
  if (/^\[BeGaze\]/.test(start) || /^Table Header for (Fixations|Saccades)/m.test(start)) return 'smi-events';
  if (/^## \[iView\]/m.test(start) || /^Time\tType\tTrial\tL /m.test(start)) return 'smi-samples';
  if (/^(System Properties|Data properties):\s*$/m.test(start)) return 'tobii-studio';
  const header = start.split(/\r\n|\n|\r/, 1)[0];
  if (/(^|\t|,|;)"?Recording timestamp/i.test(header) && /Gaze point/i.test(header)) return 'tobii-pro';
  if (/TIME\(\d{4}\/\d\d\/\d\d/.test(header) && /[FBLR]POGX/.test(header)) return 'gazepoint';
  if (/gaze_timestamp/.test(header) && /norm_pos_x/.test(header)) return 'pupil-core';
  return /timestamp \[ns\]/.test(header) && /gaze x \[px\]/.test(header) ? 'pupil-neon' : null;
}
