import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Recording } from '../../contract/recordings.ts';
import { bidsFileName } from '../../formats/bids/entities.ts';

/** Files that recordings came from, by name and content alone: where they lay on this machine is nobody's business. */
export function sourcesOf(recordings: readonly Pick<Recording, 'sourceFiles'>[]): string[] {
  return recordings.flatMap(({ sourceFiles }) =>
    sourceFiles.map(({ path, sha256 }) => `${lastName(path)} (sha256 ${sha256})`),
  );
}

/** The same parameters with names in place of absolute paths ("folder:/home/ann/gpt2" becomes "folder:gpt2"). */
export function withoutFolders(value: unknown): unknown {
  if (typeof value === 'string') {
    const match = /^([a-z][a-z-]+:)?(?=[\\/]|[A-Za-z]:[\\/])(.+)$/.exec(value);
    return match === null ? value : `${match[1] ?? ''}${lastName(match[2])}`;
  }
  if (Array.isArray(value)) return value.map(withoutFolders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutFolders(part)]));
}

/** The last part of a path of any system. */
function lastName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
}

/** Letters and digits alone, as BIDS wants labels. */
export function bidsLabel(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '') || 'unknown';
}

/** Entities of a recording, ready for names. */
export function entitiesOf({ subject, session, task, run }: Recording): Record<string, string> {
  return {
    sub: bidsLabel(subject),
    ...(session === null ? {} : { ses: bidsLabel(session) }),
    task: bidsLabel(task),
    ...(run === null ? {} : { run: bidsLabel(run) }),
  };
}

/** A path within a dataset: sub-01/ses-1/eeg/sub-01_ses-1_task-rest_eeg.json. */
export function bidsPath(
  root: string,
  datatype: string,
  entities: Readonly<Record<string, string>>,
  suffix: string,
  extension: string,
): string {
  const folders = [`sub-${entities.sub}`, ...(entities.ses === undefined ? [] : [`ses-${entities.ses}`])];
  return join(root, ...folders, datatype, bidsFileName(entities, suffix, extension));
}

/** Writes a text file, with the folders that it needs. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Writes JSON as BIDS sidecars are written: indented, for people. */
export async function writeJson(path: string, value: object): Promise<void> {
  await writeText(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Writes rows without a header as .tsv.gz, row after row. */
export async function writeRows(
  path: string,
  rows: Iterable<readonly (string | number)[]>,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const zip = createGzip();
  const file = createWriteStream(path);
  const done = finished(zip.pipe(file));
  let text = '';
  for (const row of rows) {
    text += `${row.join('\t')}\n`;
    if (text.length < 1 << 16) continue;
    signal.throwIfAborted();
    if (!zip.write(text)) await once(zip, 'drain');
    text = '';
  }
  zip.end(text);
  await done;
}

/** A number for a table; n/a where there is none. */
export function cell(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'n/a' : String(value);
}

/** As `cell`, for values that are stored as float32: the shortest text that gives the same float32 back. */
export function floatCell(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : 'n/a';
}
