import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { headerText, openLineFile } from '../text/line-file.ts';
import {
  ascNumber,
  type EyelinkLayout,
  isFlags,
  layoutOfEyes,
  parseEventLine,
  parseSamplesLine,
} from './eyelink-lines.ts';
import { GrowingNumbers } from './growing.ts';
import {
  type Eye,
  type EyeBlock,
  type EyeChannel,
  type EyeEvent,
  type EyeMessage,
  type EyeRecording,
  sampleClock,
} from './recording.ts';

/** An EyeLink recording, with counts of its lines for checking. */
export interface EyelinkRecording extends EyeRecording {
  readonly format: 'eyelink-asc';
  readonly lineCount: number;
  /** Lines by their first word. */
  readonly tagCounts: Readonly<Record<string, number>>;
  /** Samples by the number of columns of their lines. */
  readonly columnCounts: Readonly<Record<string, number>>;
  readonly samplesLines: readonly string[];
  readonly coordinateLines: readonly string[];
  readonly firstSampleLine: string | null;
  readonly lastSampleLine: string | null;
  /** Names of the columns that the samples have, in order. */
  readonly columns: readonly string[];
}

interface OpenBlock {
  start: number;
  end: number | null;
  eyes: Eye[];
  rate: number | null;
  firstSample: number;
}

/**
 * Reads an EyeLink .asc file (edf2asc): samples of one or both eyes at any rate, remote mode, velocity, resolution,
 * digital input, all events. Only lines between START and END are samples, so that the numbers of calibration tables
 * are not taken for some. The columns follow each SAMPLES line, also where it changes within the file.
 * @throws UserError `file.*`, `eyelink.no-recording`
 */
export async function readEyelinkAsc(path: string): Promise<EyelinkRecording> {
  const reader = new AscReader(path);
  const file = await openLineFile(path);
  try {
    for await (const batch of file.batches()) for (const { text } of batch) reader.line(text);
  } finally {
    await file.close();
  }
  return reader.finish();
}

class AscReader {
  private readonly path: string;
  private readonly header: Record<string, string> = {};
  private readonly tags: Record<string, number> = {};
  private readonly columnCounts: Record<string, number> = {};
  private readonly time = new GrowingNumbers();
  private readonly columns = new Map<string, GrowingNumbers>();
  private readonly events: EyeEvent[] = [];
  private readonly messages: EyeMessage[] = [];
  private readonly blocks: (EyeBlock & { readonly end: number | null })[] = [];
  private readonly samplesLines: string[] = [];
  private readonly coordinates: string[] = [];
  private readonly eyes = new Set<Eye>();
  private layout: EyelinkLayout | null = null;
  private block: OpenBlock | null = null;
  private gazeEvents = false;
  private lines = 0;
  private odd = 0;
  private first: string | null = null;
  private last: string | null = null;
  private screen: { width: number; height: number } | null = null;

  constructor(path: string) {
    this.path = path;
  }

  line(text: string): void {
    this.lines += 1;
    const code = text.charCodeAt(0);
    if (code >= 48 && code <= 57) {
      if (this.block !== null) this.sample(text);
      return;
    }
    const tag = /^([A-Z]+)\b/.exec(text)?.[1];
    if (tag === undefined) {
      if (this.block !== null && /^\s+\d/.test(text)) {
        this.sample(text);
        return;
      }
      const pair = /^\*\*\s*([^:]+):\s*(.*)$/.exec(headerText(text));
      if (pair !== null) this.header[pair[1].trim()] = pair[2].trim();
      return;
    }
    this.tags[tag] = (this.tags[tag] ?? 0) + 1;
    this.tagged(tag, text);
  }

  private tagged(tag: string, text: string): void {
    switch (tag) {
      case 'START':
        this.close(null);
        this.open(text);
        break;
      case 'END':
        this.close(Number(text.split(/\s+/)[1]));
        break;
      case 'EVENTS':
        this.gazeEvents ||= /\bGAZE\b/.test(text);
        if (this.block !== null) this.block.rate = parseSamplesLine(text).rate;
        break;
      case 'SAMPLES':
        this.samplesLines.push(text);
        this.layout = parseSamplesLine(text);
        if (this.block !== null) {
          this.block.rate = this.layout.rate;
          this.block.eyes = [...this.layout.eyes];
        }
        break;
      case 'EFIX':
      case 'ESACC':
      case 'EBLINK': {
        const event = parseEventLine(text);
        if (event === null) this.odd += 1;
        else this.events.push(event);
        break;
      }
      case 'MSG':
        this.message(text);
        break;
      case 'BUTTON':
      case 'INPUT': {
        const [, time, ...rest] = text.split(/\s+/);
        const kind = tag === 'BUTTON' ? 'button' : 'input';
        this.messages.push({ time: Number(time), kind, text: rest.join(' ') });
      }
    }
  }

  private message(text: string): void {
    const match = /^MSG\s+([\d.]+)\s?(.*)$/.exec(headerText(text));
    if (match === null) return;
    if (/\b(GAZE|DISPLAY)_COORDS\b/.test(text)) {
      this.coordinates.push(text);
      const [left, top, right, bottom] = (/COORDS[\s=]+([-\d.\s,]+)/.exec(text)?.[1] ?? '')
        .split(/[\s,]+/)
        .map(Number);
      const size = { width: right - left, height: bottom - top };
      // The GAZE_COORDS of the recording win over the DISPLAY_COORDS of the experiment program.
      if (size.width > 0 && size.height > 0 && (this.screen === null || /GAZE_COORDS/.test(text))) {
        // Corner pixels are named, not edges: 0 to 1279 are 1280 pixels.
        const corner = (value: number): number => (value % 2 === 1 ? value + 1 : value);
        this.screen = { width: corner(size.width), height: corner(size.height) };
      }
    }
    this.messages.push({ time: Number(match[1]), kind: 'message', text: match[2].trim() });
  }

  private open(text: string): void {
    const words = text.split(/\s+/);
    const eyes: Eye[] = [];
    if (words.includes('LEFT')) eyes.push('left');
    if (words.includes('RIGHT')) eyes.push('right');
    this.layout = null;
    this.block = { start: Number(words[1]), end: null, eyes, rate: null, firstSample: this.time.length };
  }

  private close(end: number | null): void {
    if (this.block === null) return;
    const { firstSample } = this.block;
    this.blocks.push({ ...this.block, end, sampleCount: this.time.length - firstSample });
    this.block = null;
  }

  private sample(text: string): void {
    const tokens = text.trim().split(/\s+/);
    this.layout ??= layoutOfEyes(this.block?.eyes ?? ['left']);
    const { columns, eyes } = this.layout;
    const key = String(tokens.length);
    this.columnCounts[key] = (this.columnCounts[key] ?? 0) + 1;
    for (const eye of eyes) this.eyes.add(eye);
    this.first ??= text;
    this.last = text;
    this.time.push(Number(tokens[0]));
    const row = this.time.length;
    let at = 0;
    for (let index = 1; index < tokens.length; index++) {
      const token = tokens[index];
      if (isFlags(token)) continue;
      const name = columns[at];
      at += 1;
      if (name === undefined) continue;
      let column = this.columns.get(name);
      if (column === undefined) {
        column = new GrowingNumbers();
        this.columns.set(name, column);
      }
      column.padTo(row - 1);
      column.push(ascNumber(token));
    }
    if (at < Math.min(columns.length, eyes.length * 3)) this.odd += 1;
  }

  finish(): EyelinkRecording {
    this.close(null);
    const file = basename(this.path);
    if (this.blocks.length === 0 && this.events.length === 0) {
      throw new UserError(
        'eyelink.no-recording',
        `${file} has no recording between START and END: convert the .edf file with edf2asc, samples and events.`,
        { file },
      );
    }
    const count = this.time.length;
    const taken = new Map(
      [...this.columns].map(([name, values]) => {
        values.padTo(count);
        return [name, values.take()];
      }),
    );
    const time = this.time.take();
    const eyes = (['left', 'right'] as const).filter((eye) => this.eyes.has(eye));
    const channels = eyes.flatMap((eye): EyeChannel[] => {
      const [x, y] = [taken.get(`xpos_${eye}`), taken.get(`ypos_${eye}`)];
      return x === undefined || y === undefined
        ? []
        : [{ eye, x, y, pupil: taken.get(`pupil_${eye}`) ?? null }];
    });
    const announced = this.blocks.flatMap(({ rate }) => rate ?? []);
    return {
      format: 'eyelink-asc',
      path: this.path,
      eyes,
      unit: (
        this.samplesLines.length === 0
          ? this.gazeEvents
          : this.samplesLines.some((line) => /\bGAZE\b/.test(line))
      )
        ? 'px'
        : 'unknown',
      origin: 'top-left',
      screen: this.screen,
      rate: announced[0] ?? sampleClock(time).rate,
      samples: {
        count,
        time,
        eyes: channels,
        extra: Object.fromEntries([...taken].filter(([name]) => !/^([xy]pos|pupil)_/.test(name))),
      },
      events: this.events,
      messages: this.messages,
      blocks: this.blocks,
      header: this.header,
      notices: this.doubts(file, announced),
      lineCount: this.lines,
      tagCounts: this.tags,
      columnCounts: this.columnCounts,
      samplesLines: this.samplesLines,
      coordinateLines: this.coordinates,
      firstSampleLine: this.first,
      lastSampleLine: this.last,
      columns: [...taken.keys()],
    };
  }

  private doubts(file: string, rates: readonly number[]): Notice[] {
    const notices: Notice[] = [];
    const say = (code: string, message: string, params: Record<string, string | number>): void => {
      notices.push({ level: 'warning', code, message, params: { file, ...params } });
    };
    const open = this.blocks.filter(({ end }) => end === null).length;
    if (open > 0)
      say('eyelink.no-end', `${file}: ${open} recordings have no END; they last until the next one.`, {
        count: open,
      });
    if (new Set(rates).size > 1) {
      const listed = [...new Set(rates)].join(', ');
      say('eyelink.several-rates', `${file} was recorded at several rates (${listed} Hz).`, {
        rates: listed,
      });
    }
    if (this.odd > 0)
      say('eyelink.odd-lines', `${file}: ${this.odd} lines are shorter than announced.`, { count: this.odd });
    return notices;
  }
}
