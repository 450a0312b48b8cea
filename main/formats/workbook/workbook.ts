import { basename } from 'node:path';
import { read, utils } from '@e965/xlsx';
import { UserError } from '../../core/errors.ts';
import { readWhole } from '../source.ts';
import { openZip } from '../zip/zip.ts';

/** A cell's value as the workbook holds it; null where it is empty. */
export type SheetCell = string | number | boolean | null;

export interface WorkbookSheet {
  readonly name: string;
  /** Rows of cells, each cut after its last filled cell. */
  readonly rows: readonly (readonly SheetCell[])[];
}

/** A workbook is read whole; more than this is no table of measurements. */
const LIMIT = 256 << 20;

/**
 * Reads the values of a workbook: .xlsx, .xlsm, .xlsb, .xls (BIFF) or .ods. Formulas give their stored results, dates
 * their ISO text.
 * @throws UserError `file.*`, `zip.*`, `workbook.unreadable`, `workbook.empty`
 */
export async function readWorkbook(path: string): Promise<WorkbookSheet[]> {
  const bytes = await readWhole(path, LIMIT);
  const file = basename(path);
  // The library goes round for ever in some damaged archives, so all members are unpacked and checked first.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) await checkMembers(path);
  const sheets = parse(bytes, file);
  if (sheets.every(({ rows }) => rows.length === 0)) {
    throw new UserError('workbook.empty', `${file} has no filled cells.`, { file });
  }
  return sheets;
}

async function checkMembers(path: string): Promise<void> {
  const zip = await openZip(path);
  try {
    for (const member of zip.members.values()) for await (const _ of member.pieces());
  } finally {
    await zip.close();
  }
}

function parse(bytes: Uint8Array, file: string): WorkbookSheet[] {
  try {
    const book = read(bytes, { type: 'buffer', cellDates: true, dense: true });
    return book.SheetNames.map((name) => ({
      name,
      rows: utils
        .sheet_to_json<unknown[]>(book.Sheets[name], { header: 1, raw: true, defval: null, blankrows: false })
        .map((row) => trimmed(row.map(cellOf))),
    }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(
      'workbook.unreadable',
      `${file} cannot be read as a workbook (${reason}): open it in a spreadsheet program and save it as .xlsx.`,
      { file, reason },
    );
  }
}

function cellOf(value: unknown): SheetCell {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function trimmed(row: SheetCell[]): SheetCell[] {
  let length = row.length;
  while (length > 0 && row[length - 1] === null) length -= 1;
  return row.slice(0, length);
}
