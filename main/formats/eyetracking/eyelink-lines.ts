import { type Eye, type EyeEvent, eyeEvent } from './recording.ts';

/** What a SAMPLES line announces of the lines that follow. */
export interface EyelinkLayout {
  readonly eyes: readonly Eye[];
  readonly rate: number | null;
  readonly velocity: boolean;
  readonly resolution: boolean;
  readonly input: boolean;
  readonly target: boolean;
  readonly unit: 'px' | 'deg' | 'unknown';
  /** Names of the number columns after the time, in order. */
  readonly columns: readonly string[];
}

/** Reads a SAMPLES line (EyeLink 1000 Plus User Manual, 4.9 "ASC file format"). */
export function parseSamplesLine(line: string): EyelinkLayout {
  const words = line.trim().split(/\s+/);
  const has = (word: string): boolean => words.includes(word);
  const eyes: Eye[] = [];
  if (has('LEFT')) eyes.push('left');
  if (has('RIGHT')) eyes.push('right');
  const rate = Number(words[words.indexOf('RATE') + 1]);
  const [velocity, resolution, input, target] = [has('VEL'), has('RES'), has('INPUT'), has('HTARGET')];
  const each = (names: readonly string[]): string[] =>
    eyes.flatMap((eye) => names.map((name) => `${name}_${eye}`));
  return {
    eyes,
    rate: has('RATE') && rate > 0 ? rate : null,
    velocity,
    resolution,
    input,
    target,
    unit: has('GAZE') ? 'px' : 'unknown',
    columns: [
      ...each(['xpos', 'ypos', 'pupil']),
      ...(velocity ? each(['xvel', 'yvel']) : []),
      ...(resolution ? ['xres', 'yres'] : []),
      ...(input ? ['DIN'] : []),
      ...(target ? ['x_head', 'y_head', 'distance'] : []),
    ],
  };
}

/** The layout of lines where no SAMPLES line stands before them, by the eyes of the START line. */
export function layoutOfEyes(eyes: readonly Eye[]): EyelinkLayout {
  const line = `SAMPLES GAZE ${eyes.map((eye) => eye.toUpperCase()).join(' ')}`;
  return parseSamplesLine(line);
}

/** Whether a token is a column of flags ("...", "I..C.", ".............") and no number. */
export function isFlags(token: string): boolean {
  return token.length > 1 && /^[.A-Z]+$/.test(token);
}

const eyeOf = (letter: string): Eye => (letter === 'R' ? 'right' : 'left');

/** What the tracker's library has in the place of a missing number, where the converter was told to write it. */
const MISSING = -32768;

/** A number of a sample or event, with a point or a decimal comma; NaN for ".", what is missing and what is no number. */
export function ascNumber(token: string | undefined): number {
  if (token === undefined || token === '.') return Number.NaN;
  const value = Number(token.includes(',') ? token.replace(',', '.') : token);
  return value === MISSING ? Number.NaN : value;
}

/** Reads an EFIX, ESACC or EBLINK line; null where it lacks its times. */
export function parseEventLine(line: string): EyeEvent | null {
  const [tag, letter, start, end, , ...rest] = line.trim().split(/\s+/);
  const times = { eye: eyeOf(letter ?? 'L'), start: ascNumber(start), end: ascNumber(end) };
  if (!Number.isFinite(times.start) || !Number.isFinite(times.end)) return null;
  const values = rest.map(ascNumber);
  if (tag === 'EFIX')
    return eyeEvent({
      kind: 'fixation',
      ...times,
      x: values[0] ?? Number.NaN,
      y: values[1] ?? Number.NaN,
      pupil: values[2] ?? Number.NaN,
    });
  if (tag === 'EBLINK') return eyeEvent({ kind: 'blink', ...times });
  const [x, y, endX, endY, amplitude, peakVelocity] = Array.from(
    { length: 6 },
    (_, at) => values[at] ?? Number.NaN,
  );
  return eyeEvent({ kind: 'saccade', ...times, x, y, endX, endY, amplitude, peakVelocity });
}
