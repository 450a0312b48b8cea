import { basename } from 'node:path';
import { CFB, read, utils } from '@e965/xlsx';
import { UserError } from '../../core/errors.ts';
import { readWhole } from '../source.ts';
import { openZip } from '../zip/zip.ts';

/** A cell's value as the workbook holds it; null where it is empty. */
export type SheetCell = string | number | boolean | null;

export interface WorkbookSheet {
  readonly name: string;
  /** Rows of cells, each cut after its last filled cell; rows without any are left out. */
  readonly rows: readonly (readonly SheetCell[])[];
}

/** A workbook is read whole; more than this is no table of measurements. */
const LIMIT = 256 << 20;

/**
 * Reads the values of a workbook: .xlsx, .xlsm, .xlsb, .xls (BIFF) or .ods. Formulas give their stored results, dates
 * and times of day their ISO text.
 * @throws UserError `file.*`, `zip.*`, `workbook.unreadable`, `workbook.empty`
 */
export async function readWorkbook(path: string): Promise<WorkbookSheet[]> {
  const bytes = await readWhole(path, LIMIT);
  const file = basename(path);
  // The library goes round for ever in some damaged archives, so all members are unpacked and checked first.
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const blanks = zip && (await checkMembers(path));
  const sheets = parse(blanks ? withoutBlanks(bytes) : bytes, file);
  if (sheets.every(({ rows }) => rows.length === 0)) {
    throw new UserError('workbook.empty', `${file} has no filled cells.`, { file });
  }
  return sheets;
}

const STRINGS = 'xl/sharedStrings.xml';

/** Unpacks all members; tells whether the tags of the shared texts end in blanks. */
async function checkMembers(path: string): Promise<boolean> {
  const zip = await openZip(path);
  let blanks = false;
  try {
    for (const [name, member] of zip.members) {
      for await (const piece of member.pieces())
        if (name === STRINGS) blanks ||= /<si\s+>/.test(Buffer.from(piece).toString('latin1'));
    }
  } finally {
    await zip.close();
  }
  return blanks;
}

/** A workbook whose shared texts stand in "<si>", as the library finds no text in "<si >", which some writers write. */
function withoutBlanks(bytes: Uint8Array): Uint8Array {
  const box = CFB.read(bytes, { type: 'buffer' });
  const strings: { content: Uint8Array } = CFB.find(box, `/${STRINGS}`);
  strings.content = Buffer.from(
    Buffer.from(strings.content)
      .toString('utf8')
      .replace(/<(\w+)\s+>/g, '<$1>'),
  );
  return CFB.write(box, { type: 'buffer', fileType: 'zip' });
}

/** Dates have no time zone: without `UTC` they would be read in that of this computer. */
const options = { header: 1, raw: true, defval: null, blankrows: false, UTC: true } as const;

function parse(bytes: Uint8Array, file: string): WorkbookSheet[] {
  try {
    const book = read(bytes, { type: 'buffer', cellDates: true, dense: true, nodim: true });
    return book.SheetNames.map((name) => ({
      name,
      rows: utils.sheet_to_json<unknown[]>(book.Sheets[name], options).map((row) => trimmed(row.map(cellOf))),
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
  // A time of day is a date on day 0, the last of 1899.
  if (value instanceof Date)
    return value.getUTCFullYear() === 1899 ? value.toISOString().slice(11, 19) : value.toISOString();
  // A formula without a result leaves an empty text.
  if (value === '') return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function trimmed(row: SheetCell[]): SheetCell[] {
  let length = row.length;
  while (length > 0 && row[length - 1] === null) length -= 1;
  return row.slice(0, length);
}
