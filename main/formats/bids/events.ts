import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { columnIndex, isMissing, numberOf, readTsv, type TextTable } from '../table/tsv.ts';

/** An events.tsv: onset and duration in seconds per row (NaN where `n/a`), all columns as text beside them. */
export interface EventsTable {
  readonly file: string;
  readonly onsets: Float64Array;
  readonly durations: Float64Array;
  readonly table: TextTable;
}

/**
 * Reads a BIDS events.tsv. Rows are kept in the order of the file; onsets may be negative and unsorted.
 * @throws UserError `events.no-onset` where the onset column is missing, `events.not-a-number` for text in onset or
 *   duration (named by row), and as `readTsv` does
 */
export async function readEvents(path: string): Promise<EventsTable> {
  const table = await readTsv(path);
  const file = basename(path);
  const onset = columnIndex(table, 'onset');
  if (onset < 0) {
    throw new UserError(
      'events.no-onset',
      `${file} has no "onset" column (it has ${table.columns.join(', ')}): name the column of times "onset".`,
      { file, columns: table.columns.join(', ') },
    );
  }
  const duration = columnIndex(table, 'duration');
  return {
    file,
    table,
    onsets: numbers(table, onset, file),
    durations:
      duration < 0 ? new Float64Array(table.rows.length).fill(Number.NaN) : numbers(table, duration, file),
  };
}

/** Columns that may hold words, likeliest first: names that say so, then text columns with many different entries. */
export function wordColumns(events: EventsTable): string[] {
  const named = [
    'word',
    'words',
    'text',
    'token',
    'stimulus',
    'stim',
    'item',
    'stim_file',
    'trial_type',
    'value',
  ];
  const { columns, rows } = events.table;
  const scored = columns.flatMap((column, index) => {
    if (/^(onset|duration|sample|response_time|hed)$/i.test(column)) return [];
    const cells = rows.map((row) => row[index]).filter((cell) => !isMissing(cell));
    const wordy = cells.filter((cell) => /\p{L}/u.test(cell) && numberOf(cell) === undefined);
    if (cells.length === 0 || wordy.length < cells.length * 0.8) return [];
    const rank = named.indexOf(column.toLowerCase());
    const variety = new Set(wordy).size / wordy.length;
    const strong = rank >= 0 && rank < 5;
    if (!strong && (variety < 0.15 || new Set(wordy).size < 5)) return [];
    return [{ column, rank: rank < 0 ? named.length : rank }];
  });
  return scored.sort((a, b) => a.rank - b.rank).map(({ column }) => column);
}

function numbers(table: TextTable, column: number, file: string): Float64Array {
  return Float64Array.from(table.rows, (row, index) => {
    const value = numberOf(row[column]);
    if (value === undefined) {
      const params = { file, column: table.columns[column], row: index + 2, text: row[column] };
      throw new UserError(
        'events.not-a-number',
        `${file}, line ${params.row}: "${params.text}" in column ${params.column} is not a number of seconds.`,
        params,
      );
    }
    return value;
  });
}
