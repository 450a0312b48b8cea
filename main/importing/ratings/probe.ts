import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ProbedRatings, plannedRatingsSchema } from '../../contract/ratings-import.ts';
import { UserError } from '../../core/errors.ts';
import { guessRatingsColumns } from './guess-columns.ts';
import { readRatingsTable } from './read-table.ts';

const TABLES = /\.(csv|tsv|txt|xlsx|xls|ods|mat)$/i;
/** Rows shown, and files of a folder that are looked at. */
const SHOWN_ROWS = 6;
const MOST_FILES = 200;

/**
 * What tables of ratings lie under the paths, each with its first rows, the guess at its columns and the plan to begin
 * with. In folders only tables with such columns are taken.
 */
export async function probeRatings(paths: readonly string[]): Promise<ProbedRatings[]> {
  const found: ProbedRatings[] = [];
  for (const path of paths) {
    if (!(await stat(path).catch(() => null))?.isDirectory()) {
      found.push(await probeOne(path));
      continue;
    }
    const names = (await readdir(path)).filter((name) => TABLES.test(name)).slice(0, MOST_FILES);
    for (const name of names.sort()) {
      const probed = await probeOne(join(path, name));
      if (probed.guess !== null) found.push(probed);
    }
  }
  return found;
}

async function probeOne(path: string): Promise<ProbedRatings> {
  try {
    const table = await readRatingsTable(path, null);
    const guess = guessRatingsColumns(table);
    return {
      path,
      sheets: [...table.sheets],
      columns: [...table.columns],
      rows: table.rows.slice(0, SHOWN_ROWS).map((row) => [...row]),
      rowCount: table.rows.length,
      guess: guess?.mapping ?? null,
      confidence: guess?.confidence ?? 0,
      plan: plannedRatingsSchema.parse({
        path,
        name: basename(path).replace(/\.[^.]+$/, ''),
        language: guess !== null && looksChinese(table, guess.mapping.word) ? 'zh' : 'en',
        mapping: guess?.mapping ?? null,
      }),
      problem: null,
      notices: [],
    };
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return {
      path,
      sheets: [],
      columns: [],
      rows: [],
      rowCount: 0,
      guess: null,
      confidence: 0,
      plan: null,
      problem: thrown.toInfo(),
      notices: [],
    };
  }
}

/** Whether most of the first words are written in Han characters. */
function looksChinese(
  table: { columns: readonly string[]; rows: readonly (readonly string[])[] },
  word: string,
): boolean {
  const at = table.columns.indexOf(word);
  const words = table.rows.slice(0, 50).map((row) => row[at] ?? '');
  return words.filter((one) => /\p{Script=Han}/u.test(one)).length > words.length / 2;
}
