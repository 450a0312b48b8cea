import type { ClockModel } from '../../contract/clock.ts';
import type { Word } from '../../contract/stimuli.ts';

/** Seconds of the stimulus to seconds of the recording. */
export function timeInRecording(seconds: number, { offset, drift }: ClockModel): number {
  return offset + (1 + drift) * seconds;
}

/** Words where they fall in a recording: onsets and durations on its clock. */
export function wordsInRecording(words: readonly Word[], clock: ClockModel): Word[] {
  return words.map((word) => ({
    ...word,
    onset: timeInRecording(word.onset, clock),
    duration: (1 + clock.drift) * word.duration,
  }));
}
