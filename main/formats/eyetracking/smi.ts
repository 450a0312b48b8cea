import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { readText } from '../text/decode-text.ts';
import { GrowingNumbers } from './growing.ts';
import {
  type Eye,
  type EyeChannel,
  type EyeEvent,
  type EyeMessage,
  type EyeRecording,
  eyeEvent,
  noSamples,
  sampleClock,
} from './recording.ts';

/** An SMI recording, with counts of its lines by event type. */
export interface SmiRecording extends EyeRecording {
  readonly format: 'smi-events' | 'smi-samples';
  readonly counts: Readonly<Record<string, number>>;
  readonly lineCount: number;
}

const eyeOf: Readonly<Record<string, Eye>> = { L: 'left', R: 'right', B: 'cyclopean' };
const kinds: Record<string, EyeEvent['kind'] | undefined> = {
  Fixation: 'fixation',
  Saccade: 'saccade',
  Blink: 'blink',
};

/**
 * Reads text exports of SMI: BeGaze events (comma or tab rows by event type under a table header each) and iView
 * samples (`Time Type Trial L POR X [px] …` with message rows). Times are microseconds in both.
 * @throws UserError `file.*`, `smi.no-data`
 */
export async function readSmi(path: string): Promise<SmiRecording> {
  const { text } = await readText(path);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const lineCount = lines[lines.length - 1] === '' ? lines.length - 1 : lines.length;
  const header = readHeader(lines);
  const rate = Number.parseFloat(header['Sample Rate'] ?? '');
  const area = /(\d+)\D+(\d+)/.exec(header['Calibration Area'] ?? header['Stimulus Dimension [px]'] ?? '');
  const screen = area === null ? null : { width: Number(area[1]), height: Number(area[2]) };
  const samplesAt = lines.findIndex((line) => /^Time\tType\tTrial\b/.test(line));
  const read = samplesAt < 0 ? readEvents(lines) : readSamples(lines, samplesAt);
  const count = Object.values(read.counts).reduce((sum, one) => sum + one, 0);
  if (count === 0) {
    const file = basename(path);
    throw new UserError('smi.no-data', `${file} has an SMI header but no rows of samples or events.`, {
      file,
    });
  }
  return {
    path,
    unit: 'px',
    origin: 'top-left',
    screen,
    header,
    notices: [],
    lineCount,
    ...read,
    rate: rate > 0 ? rate : sampleClock(read.samples.time).rate,
  };
}

function readHeader(lines: readonly string[]): Record<string, string> {
  const header: Record<string, string> = {};
  for (const line of lines.slice(0, 100)) {
    const pair = /^(?:##\s*)?([A-Z][^:,]{1,40}):\s*(.+)$/.exec(line);
    if (pair !== null) header[pair[1].trim()] = pair[2].trim();
  }
  return header;
}

type Body = Pick<SmiRecording, 'format' | 'eyes' | 'samples' | 'events' | 'messages' | 'blocks' | 'counts'>;

function readEvents(lines: readonly string[]): Body {
  const counts: Record<string, number> = {};
  const events: EyeEvent[] = [];
  const messages: EyeMessage[] = [];
  const eyes = new Set<Eye>();
  for (const line of lines) {
    const cells = line.split(line.includes('\t') ? '\t' : ',');
    const type = /^(UserEvent|(?:Fixation|Saccade|Blink) [LRB])$/.exec(cells[0])?.[1];
    if (type === undefined) continue;
    counts[type] = (counts[type] ?? 0) + 1;
    const start = Number(cells[3]) / 1000;
    if (type === 'UserEvent') {
      messages.push({
        time: start,
        kind: 'message',
        text: cells
          .slice(4)
          .join(',')
          .replace(/^# Message:\s*/, ''),
      });
      continue;
    }
    const [word, letter] = type.split(' ');
    const kind = kinds[word];
    if (kind === undefined) continue;
    const eye = eyeOf[letter];
    eyes.add(eye);
    events.push(eventOf(kind, eye, start, cells));
  }
  return {
    format: 'smi-events',
    eyes: [...eyes].sort(),
    samples: noSamples,
    events,
    messages,
    blocks: [],
    counts,
  };
}

function eventOf(kind: EyeEvent['kind'], eye: Eye, start: number, cells: readonly string[]): EyeEvent {
  const number = (at: number): number => (cells[at] === '-' ? Number.NaN : decimal(cells[at]));
  const times = { kind, eye, start, end: number(4) / 1000 };
  if (kind === 'blink') return eyeEvent(times);
  if (kind === 'fixation') return eyeEvent({ ...times, x: number(6), y: number(7), pupil: number(13) });
  return eyeEvent({
    ...times,
    x: number(6),
    y: number(7),
    endX: number(8),
    endY: number(9),
    amplitude: number(10),
    peakVelocity: number(11),
  });
}

/** A number with a point or, as German Windows writes it, a comma; NaN for a cell that is not there. */
function decimal(cell: string | undefined): number {
  return cell === undefined ? Number.NaN : Number(cell.replace(',', '.'));
}

function readSamples(lines: readonly string[], headerAt: number): Body {
  const names = lines[headerAt].split('\t').map((name) => name.trim());
  const time = new GrowingNumbers();
  const messages: EyeMessage[] = [];
  const letters = (['L', 'R'] as const).filter((letter) =>
    names.some((name) => name.startsWith(`${letter} POR X`)),
  );
  const sides = (letters.length > 0 ? letters : (['B'] as const)).flatMap((letter) => {
    const at = (pattern: RegExp): number => names.findIndex((name) => pattern.test(name));
    const [x, y] = [at(new RegExp(`^${letter} POR X`)), at(new RegExp(`^${letter} POR Y`))];
    const pupil = at(new RegExp(`^${letter} (Dia|Mapped Diameter|Pupil Diameter|Area)`));
    const values = { x: new GrowingNumbers(), y: new GrowingNumbers(), pupil: new GrowingNumbers() };
    return x < 0 || y < 0 ? [] : [{ eye: eyeOf[letter], x, y, pupil, values }];
  });
  const counts = { SMP: 0, MSG: 0 };
  for (const line of lines.slice(headerAt + 1)) {
    const cells = line.split('\t');
    if (cells[1] === 'MSG') {
      counts.MSG += 1;
      messages.push({
        time: Number(cells[0]) / 1000,
        kind: 'message',
        text: cells
          .slice(3)
          .join(' ')
          .replace(/^# Message:\s*/, ''),
      });
    } else if (cells[1] === 'SMP') {
      counts.SMP += 1;
      time.push(Number(cells[0]) / 1000);
      for (const side of sides) {
        const [x, y] = [decimal(cells[side.x]), decimal(cells[side.y])];
        // 0, 0 is how iView writes an eye that was not found.
        const lost = x === 0 && y === 0;
        side.values.x.push(lost ? Number.NaN : x);
        side.values.y.push(lost ? Number.NaN : y);
        side.values.pupil.push(lost || side.pupil < 0 ? Number.NaN : decimal(cells[side.pupil]));
      }
    }
  }
  const channels = sides.map(
    ({ eye, pupil, values }): EyeChannel => ({
      eye,
      x: values.x.take(),
      y: values.y.take(),
      pupil: pupil < 0 ? null : values.pupil.take(),
    }),
  );
  const eyes = sides.map(({ eye }) => eye);
  const taken = time.take();
  const blocks =
    taken.length === 0
      ? []
      : [
          {
            start: taken[0],
            end: taken[taken.length - 1],
            eyes,
            rate: null,
            firstSample: 0,
            sampleCount: taken.length,
          },
        ];
  return {
    format: 'smi-samples',
    eyes,
    samples: { count: taken.length, time: taken, eyes: channels, extra: {} },
    events: [],
    messages,
    blocks,
    counts,
  };
}
