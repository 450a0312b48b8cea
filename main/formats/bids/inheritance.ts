import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { type BidsName, parseBidsName } from './entities.ts';
import { type JsonObject, readJsonObject } from './sidecar.ts';
import type { BidsFile, BidsTree } from './tree.ts';

/**
 * The sidecar values that apply to a data file by BIDS inheritance: JSON files of the same suffix in its folder or
 * above whose entities it all has; nearer files override key by key. BIDS allows one of them in a folder; where there are
 * more, those with more entities override the others, as PyBIDS has it.
 * @returns merged values, the files used (farthest first), and a notice where one level has several candidates
 */
export async function inheritedSidecar(
  tree: BidsTree,
  file: BidsFile,
): Promise<{ values: JsonObject; paths: string[]; notices: Notice[] }> {
  const notices: Notice[] = [];
  const levels = applicable(
    tree,
    file,
    (name) => name.suffix === file.name?.suffix && name.extension === '.json',
  );
  let values: JsonObject = {};
  const paths: string[] = [];
  for (const candidates of levels) {
    if (candidates.length > 1) {
      notices.push({
        level: 'warning',
        code: 'bids.ambiguous-sidecar',
        message: `${candidates.map((one) => one.relative).join(' and ')} both apply to ${file.relative}: what the more specific one says counts.`,
        params: { file: file.relative },
      });
    }
    for (const { path } of [...candidates].reverse()) {
      try {
        values = { ...values, ...(await readJsonObject(path)) };
        paths.push(path);
      } catch (cause) {
        if (!(cause instanceof UserError)) throw cause;
        notices.push({ ...cause.toInfo(), level: 'warning' });
      }
    }
  }
  return { values, paths, notices };
}

/** The nearest file of another suffix that applies to a data file by inheritance (its events.tsv, say), or null. */
export function nearestCompanion(
  tree: BidsTree,
  file: BidsFile,
  suffix: string,
  extension: string,
): BidsFile | null {
  const levels = applicable(tree, file, (name) => name.suffix === suffix && name.extension === extension);
  return levels.at(-1)?.[0] ?? null;
}

/** Candidates per folder level, root first; within a level the one with most entities first. */
function applicable(tree: BidsTree, file: BidsFile, fits: (name: BidsName) => boolean): BidsFile[][] {
  const own = file.name?.entities ?? {};
  const folder = `${dirname(file.relative)}/`;
  const byLevel = new Map<string, BidsFile[]>();
  for (const candidate of tree.files) {
    if (candidate.name === null || !fits(candidate.name)) continue;
    const place = dirname(candidate.relative);
    if (place !== '.' && !folder.startsWith(`${place}/`)) continue;
    if (!Object.entries(candidate.name.entities).every(([key, value]) => own[key] === value)) continue;
    byLevel.set(place, [...(byLevel.get(place) ?? []), candidate]);
  }
  const count = (one: BidsFile): number => Object.keys(one.name?.entities ?? {}).length;
  return [...byLevel.entries()]
    .sort(([a], [b]) => (a === '.' ? -1 : b === '.' ? 1 : a.length - b.length))
    .map(([, candidates]) => candidates.sort((a, b) => count(b) - count(a)));
}

/** Folders above a data file that may hold sidecars of it: BIDS puts them four deep at most. */
const DEEPEST = 5;

/**
 * As `inheritedSidecar` for one file, where the dataset was not walked: looks into the folders from the file's own up to
 * the one with dataset_description.json, or into its own alone where there is none above.
 * @returns merged values, nearest overriding key by key; null where no sidecar applies
 * @throws UserError `json.unreadable`
 */
export async function sidecarsAbove(path: string): Promise<JsonObject | null> {
  const own = parseBidsName(basename(path));
  if (own === null) return null;
  const folders = [dirname(path)];
  let found = await isRoot(folders[0]);
  while (!found && folders.length < DEEPEST && dirname(folders[0]) !== folders[0]) {
    folders.unshift(dirname(folders[0]));
    found = await isRoot(folders[0]);
  }
  let values: JsonObject = {};
  let applies = false;
  for (const folder of found ? folders : folders.slice(-1)) {
    const fitting = (await readdir(folder)).flatMap((file) => {
      const name = parseBidsName(file);
      const fits =
        name !== null &&
        name.suffix === own.suffix &&
        name.extension === '.json' &&
        Object.entries(name.entities).every(([key, value]) => own.entities[key] === value);
      return fits ? [{ file, count: Object.keys(name.entities).length }] : [];
    });
    for (const { file } of fitting.sort((a, b) => a.count - b.count)) {
      values = { ...values, ...(await readJsonObject(join(folder, file))) };
      applies = true;
    }
  }
  return applies ? values : null;
}

async function isRoot(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'dataset_description.json')).catch(() => null)) !== null;
}
