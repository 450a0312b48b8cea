import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { cellNumber, type DelimitedTable, parseDelimited, splitBlanks } from '../table/delimited.ts';
import { isMissing } from '../table/tsv.ts';
import { headerText, type LineFile, openLineFile } from '../text/line-file.ts';
import { findCorruptFrames } from './corrupt-frames.ts';
import {
  type FrameLinesRecording,
  type GivenLayout,
  guessed,
  noLayout,
  sampleFrames,
} from './frame-lines.ts';
import { type FrameGuess, type FrameMapping, guessFrameColumns } from './guess-frame-columns.ts';
import { guessLayout } from './layout-guess.ts';
import { wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';
import { type FrameSpan, maskOf } from './text-recording.ts';

/** The head of a table: its columns and first rows, and what they are taken for. */
export interface FrameTableHead {
  readonly table: DelimitedTable;
  readonly guess: FrameGuess | null;
}

/** Rows that tell what a table holds, and characters of them. */
const HEAD_ROWS = 24;
const HEAD_TEXT = 4_000_000;
const secondsOf: Readonly<Record<FrameMapping['timeUnit'], number>> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/**
 * The columns of a table with one frame a row, from its first rows.
 * @throws UserError `file.*`, `table.*`
 */
export async function readFrameTableHead(path: string): Promise<FrameTableHead> {
  const file = await openLineFile(path);
  try {
    return await headOf(file);
  } finally {
    await file.close();
  }
}

async function headOf(file: LineFile): Promise<FrameTableHead> {
  const lines: string[] = [];
  let characters = 0;
  for await (const batch of file.batches()) {
    for (const { text } of batch.slice(0, HEAD_ROWS - lines.length)) {
      lines.push(headerText(text));
      characters += text.length;
    }
    if (lines.length >= HEAD_ROWS || characters > HEAD_TEXT) break;
  }
  const table = parseDelimited(lines.join('\n'), basename(file.path));
  const rows =
    table.dialect.decimal === ','
      ? table.rows.map((row) => row.map((cell) => cell.replace(',', '.')))
      : table.rows;
  return { table, guess: guessFrameColumns(table.columns, rows) };
}

/**
 * Opens a table with a heading and one frame a row, by the columns that are given or else guessed. Rows and columns of the
 * mat come from the caller, else from names of cells such as `r1c2`, else from smoothness.
 * @throws UserError `file.*`, `table.*`, `pressure.not-pressure`, `pressure.no-column`, `pressure.damaged`
 */
export async function openFrameTable(
  path: string,
  given: FrameMapping | undefined,
  layout: GivenLayout | undefined,
): Promise<FrameLinesRecording> {
  const file = await openLineFile(path);
  try {
    return await build(file, given, layout);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function build(
  file: LineFile,
  given: FrameMapping | undefined,
  wanted: GivenLayout | undefined,
): Promise<FrameLinesRecording> {
  const { path } = file;
  const { table, guess } = await headOf(file);
  const mapping = given ?? guess?.mapping;
  if (mapping === undefined) {
    const name = basename(path);
    throw new UserError('pressure.not-pressure', `${name} is no pressure recording that Gyrus knows.`, {
      file: name,
    });
  }
  const at = (column: string): number => {
    const index = table.columns.indexOf(column);
    if (index >= 0) return index;
    throw noColumn(path, column, table.columns);
  };
  const [first, last] = [at(mapping.first), at(mapping.last)];
  const cells = last - first + 1;
  if (cells < 2) throw damagedPressure(path, `"${mapping.last}" stands before "${mapping.first}"`);
  const { delimiter } = table.dialect;
  const cut = (text: string): string[] =>
    delimiter === ' '
      ? splitBlanks(text)
      : text.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const number = (cell: string | undefined): number =>
    cell === undefined || isMissing(cell) ? Number.NaN : cellNumber(cell, table.dialect.decimal);
  const timeAt = mapping.time === null ? null : at(mapping.time);
  const { spans, times } = await scan(file, (text) =>
    timeAt === null ? null : number(cut(text)[timeAt]) * secondsOf[mapping.timeUnit],
  );
  if (spans.length === 0) throw damagedPressure(path, 'it has no lines of numbers');
  const listed = async (index: number): Promise<Float32Array> => {
    const { start, end } = spans[index];
    const own = cut(await file.text(start, end)).slice(first, last + 1);
    const values = Float32Array.from({ length: cells }, (_, cell) => number(own[cell]));
    const bad = own.findIndex((cell, place) => Number.isNaN(values[place]) && !isMissing(cell));
    if (bad >= 0)
      throw damagedPressure(
        path,
        `frame ${index + 1} holds "${own[bad]}" under ${mapping.first}–${mapping.last}`,
      );
    return values;
  };
  const turned = mapping.order === 'columns';
  const named = given === undefined || sameCells(given, guess?.mapping) ? (guess?.layout ?? null) : null;
  const told = wanted ?? named;
  const layouts =
    told === null
      ? guessLayout(await sampleFrames(listed, spans.length)).map((one) =>
          // Smoothness folds the list as it stands, where the mat's columns are rows.
          turned ? { ...one, rows: one.cols, cols: one.rows } : one,
        )
      : [{ ...told, roughness: 0 }];
  const [layout] = layouts;
  if (layout === undefined || layout.rows * layout.cols !== cells) throw noLayout(path, cells);
  const { rows, cols } = layout;
  checkFrameSize(path, rows, cols);
  const read = async (index: number): Promise<Float32Array> => {
    const values = await listed(index);
    if (!turned) return values;
    return values.map((_, cell) => values[(cell % cols) * rows + Math.floor(cell / cols)]);
  };
  const length = times === null ? 0 : times[times.length - 1];
  return {
    format: 'frame-table',
    path,
    rows,
    cols,
    frameCount: spans.length,
    placed: true,
    cellSize: null,
    cellArea: null,
    unit: guess?.unit ?? 'unknown',
    rate: length > 0 ? (spans.length - 1) / length : null,
    times,
    mask: maskOf(await read(0)),
    saturation: null,
    parts: [wholePart('mat', rows, cols)],
    corruptFrames: await findCorruptFrames(spans.length, read),
    header: {},
    notices: told === null ? [guessed(path, rows, cols)] : [],
    lineValues: cells,
    layouts,
    frame: read,
    close: () => file.close(),
  };
}

function sameCells(one: FrameMapping, other: FrameMapping | undefined): boolean {
  return one.first === other?.first && one.last === other.last && one.order === other.order;
}

/** Where the frames stand, and their seconds from the first. */
async function scan(
  file: LineFile,
  secondsIn: (text: string) => number | null,
): Promise<{ spans: FrameSpan[]; times: Float64Array | null }> {
  const spans: FrameSpan[] = [];
  const times: number[] = [];
  let line = 0;
  let header = true;
  for await (const batch of file.batches()) {
    for (const { text, start, end } of batch) {
      line += 1;
      if (text.trim() === '' || (header && text.startsWith('#'))) continue;
      if (header) {
        header = false;
        continue;
      }
      spans.push({ start, end });
      const seconds = secondsIn(text);
      if (seconds === null) continue;
      if (!(seconds >= (times[times.length - 1] ?? Number.NEGATIVE_INFINITY)))
        throw damagedPressure(file.path, `time goes back, or is missing, in line ${line}`);
      times.push(seconds);
    }
  }
  return { spans, times: times.length === 0 ? null : Float64Array.from(times, (one) => one - times[0]) };
}

function noColumn(path: string, column: string, columns: readonly string[]): UserError {
  const [file, found] = [basename(path), columns.slice(0, 20).join(', ')];
  return new UserError('pressure.no-column', `${file} has no column "${column}": choose one of ${found}.`, {
    file,
    column,
    found,
  });
}
