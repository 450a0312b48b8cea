import type { EyeFormat } from './recording.ts';

/** Tells eye-tracking text files by their start (4 kB will do); null where it is none that can be told. */
export function eyetrackingKind(text: string): EyeFormat | null {
  const start = text.replace(/^\uFEFF/, '');
  if (/^\*\* (CONVERTED FROM|DATE|TYPE|SOURCE)\b/m.test(start) && /^\*\*/.test(start.trimStart()))
    return 'eyelink-asc';
  if (/^(MSG|INPUT|BUTTON)\t\d+/.test(start)) return 'eyelink-asc';
  if (/^(MSG|START)\s+\d+/m.test(start) && /^(SAMPLES|EVENTS|PRESCALER|EFIX|SFIX|START)\b/m.test(start))
    return 'eyelink-asc';
  if (/^\[BeGaze\]/.test(start) || /^Table Header for (Fixations|Saccades)/m.test(start)) return 'smi-events';
  if (/^## \[iView\]/m.test(start) || /^Time\tType\tTrial\tL /m.test(start)) return 'smi-samples';
  if (/^(System Properties|Data properties):\s*$/m.test(start)) return 'tobii-studio';
  const header = start.split(/\r\n|\n|\r/, 1)[0];
  if (/(^|\t|,|;)"?RecordingTimestamp\b/.test(header) && /GazePoint|FixationPoint/.test(header))
    return 'tobii-studio';
  if (/(^|\t|,|;)"?Recording timestamp/i.test(header) && /Gaze point/i.test(header)) return 'tobii-pro';
  if (/(^|,)TIME[(,]/.test(header) && /[FBLR]POGX/.test(header)) return 'gazepoint';
  if (/^(gaze_)?timestamp,(world_)?index,confidence,norm_pos_x/.test(header)) return 'pupil-core';
  if (/start_timestamp/.test(header) && /norm_pos_x/.test(header)) return 'pupil-core';
  if (/gaze_timestamp/.test(header) && /x_norm/.test(header)) return 'pupil-core';
  return /timestamp \[ns\]/.test(header) && /(gaze|fixation) x \[px\]|on surface x/.test(header)
    ? 'pupil-neon'
    : null;
}
