import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type DelimitedTable, parseDelimited } from '../table/delimited.ts';
import { readText } from '../text/decode-text.ts';
import { type GazeMapping, guessMapping } from './gaze-mapping.ts';
import { gazeFromTable } from './gaze-table.ts';
import { type EyeMessage, type EyeRecording, noSamples } from './recording.ts';

/** A Tobii Studio export, with how its preamble ran. */
export interface TobiiStudioRecording extends EyeRecording {
  readonly format: 'tobii-studio';
  readonly preambleLines: number;
  readonly table: 'samples' | 'fixations' | 'events';
}

/**
 * Reads a Tobii Studio 2 export: properties, blank lines, then one table of samples (All-Data), fixations
 * (Fixation-Data) or events (Event-Data); every row ends in a tab. Also of Tobii Studio 3: one table.
 * @throws UserError `file.*`, `tobii.no-table`
 */
export async function readTobiiStudio(path: string): Promise<TobiiStudioRecording> {
  const { text } = await readText(path);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const start = lines.findIndex((line) => line.split('\t').length > 3 && /timestamp/i.test(line));
  const file = basename(path);
  if (start < 0) {
    throw new UserError('tobii.no-table', `${file} has properties but no table with a Timestamp column.`, {
      file,
    });
  }
  const header: Record<string, string> = {};
  for (const line of lines.slice(0, start)) {
    const pair = /^([^:]+):\s*(.+)$/.exec(line.trim());
    if (pair !== null) header[pair[1].trim()] = pair[2].trim();
  }
  const size = /(\d+)\s*x\s*(\d+)/.exec(header['Screen resolution'] ?? header['Recording resolution'] ?? '');
  const screen = size === null ? null : { width: Number(size[1]), height: Number(size[2]) };
  const body = lines.slice(start).join('\n');
  const third = start === 0 ? readThird(path, parseDelimited(body, file)) : null;
  if (third !== null) return third;
  const table = parseDelimited(body, file, { delimiter: '\t', decimal: '.' });
  const common = { format: 'tobii-studio', screen, header, preambleLines: start } as const;
  const at = (name: string): number => table.columns.indexOf(name);
  if (at('GazePointXLeft') >= 0) {
    const mapping = guessMapping(table);
    if (mapping !== null) return { ...gazeFromTable(path, table, mapping), ...common, table: 'samples' };
  }
  if (at('FixationDuration') >= 0) {
    const mapping: GazeMapping = {
      format: 'tobii-studio',
      time: 'Timestamp',
      timeUnit: 'ms',
      eyes: [],
      unit: 'px',
      origin: 'top-left',
      only: null,
      confidence: null,
      fixations: {
        start: 'Timestamp',
        duration: 'FixationDuration',
        x: 'MappedFixationPointX',
        y: 'MappedFixationPointY',
      },
      message: null,
      guessed: [],
    };
    return { ...gazeFromTable(path, table, mapping), ...common, eyes: ['cyclopean'], table: 'fixations' };
  }
  const [time, event] = [at('Timestamp'), at('Event')];
  const messages = table.rows.map(
    (row): EyeMessage => ({
      time: Number(row[time]),
      kind: /click|button/i.test(row[event] ?? '') ? 'button' : 'message',
      text: row
        .slice(event < 0 ? 1 : event)
        .filter((cell) => cell !== '')
        .join(' '),
    }),
  );
  return {
    ...common,
    path,
    eyes: [],
    unit: 'px',
    origin: 'top-left',
    rate: null,
    samples: noSamples,
    events: [],
    messages,
    blocks: [],
    notices: [],
    table: 'events',
  };
}

/** Version 3 has no preamble; what is the same in all rows stands in columns. Null where it is no such table. */
function readThird(path: string, table: DelimitedTable): TobiiStudioRecording | null {
  const mapping = guessMapping(table);
  if (mapping?.format !== 'tobii-studio') return null;
  const first = (name: string): string => table.rows[0]?.[table.columns.indexOf(name)] ?? '';
  const names = [
    'StudioVersionRec',
    'StudioProjectName',
    'RecordingDate',
    'RecordingResolution',
    'FixationFilter',
  ];
  const header = Object.fromEntries(
    names.flatMap((name) => (first(name) === '' ? [] : [[name, first(name)]])),
  );
  const size = /(\d+)\s*x\s*(\d+)/.exec(first('RecordingResolution'));
  const screen = size === null ? null : { width: Number(size[1]), height: Number(size[2]) };
  const recording = gazeFromTable(path, table, mapping);
  return {
    ...recording,
    format: 'tobii-studio',
    screen,
    header,
    preambleLines: 0,
    table: mapping.eyes.length > 0 ? 'samples' : 'fixations',
  };
}
