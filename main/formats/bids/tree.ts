import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { type BidsName, parseBidsName } from './entities.ts';
import { type JsonObject, readJsonObject } from './sidecar.ts';

/** One file of the tree. `name` is null where it does not follow BIDS naming. */
export interface BidsFile {
  readonly path: string;
  /** From the root, with forward slashes. */
  readonly relative: string;
  readonly name: BidsName | null;
  readonly bytes: number;
  /**
   * "missing": a dangling link; "pointer": a note that git-annex or Git LFS leaves in place of data; "empty": 0 bytes.
   * All are data missing, not empty data.
   */
  readonly state: 'present' | 'missing' | 'pointer' | 'empty';
}

export interface BidsTree {
  readonly root: string;
  /** dataset_description.json, empty where there is none. */
  readonly description: JsonObject;
  /** All files outside hidden folders, in order of their paths. */
  readonly files: readonly BidsFile[];
  readonly notices: readonly Notice[];
}

const skipped = new Set(['code', 'sourcedata', 'node_modules']);
const FILE_LIMIT = 200_000;

/** Nearest folder, upward from `path`, that holds a dataset_description.json; null where there is none. */
export async function findBidsRoot(path: string): Promise<string | null> {
  let folder = (await stat(path)).isDirectory() ? path : dirname(path);
  for (;;) {
    if (await exists(join(folder, 'dataset_description.json'))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}

/**
 * Walks a BIDS dataset (raw or derivative). Nested derivatives with a dataset_description.json of their own are
 * walked too.
 * @throws UserError `bids.not-a-folder`, `bids.too-many-files`
 */
export async function readBidsTree(root: string): Promise<BidsTree> {
  const info = await stat(root).catch(() => null);
  if (!info?.isDirectory()) {
    throw new UserError('bids.not-a-folder', `${root} is not a folder: give the dataset's folder.`, {
      path: root,
    });
  }
  const files: BidsFile[] = [];
  await walk(root, root, files);
  files.sort((a, b) => (a.relative < b.relative ? -1 : 1));
  const notices: Notice[] = [];
  const description = await describe(root, notices);
  notices.push(...namesThatDifferByCase(files));
  return { root, description, files, notices };
}

async function describe(root: string, notices: Notice[]): Promise<JsonObject> {
  const path = join(root, 'dataset_description.json');
  if (!(await exists(path))) {
    notices.push({
      level: 'warning',
      code: 'bids.no-description',
      message: `${root} has no dataset_description.json, so its name and version are unknown.`,
      params: { path: root },
    });
    return {};
  }
  try {
    return await readJsonObject(path);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    notices.push({ ...cause.toInfo(), level: 'warning' });
    return {};
  }
}

async function walk(root: string, folder: string, files: BidsFile[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const info = entry.isSymbolicLink() ? await stat(path).catch(() => null) : null;
    if (entry.isDirectory() || info?.isDirectory()) {
      // A linked folder may lead back up: only real folders are walked.
      if (entry.isDirectory() && !skipped.has(entry.name)) await walk(root, path, files);
      continue;
    }
    const present = info ?? (await stat(path).catch(() => null)) ?? (await lstat(path));
    const dangling = entry.isSymbolicLink() && info === null;
    const bytes = dangling ? 0 : present.size;
    files.push({
      path,
      relative: relative(root, path).split(sep).join('/'),
      name: parseBidsName(entry.name),
      bytes,
      state: dangling
        ? 'missing'
        : bytes === 0
          ? 'empty'
          : (await isPointer(path, bytes))
            ? 'pointer'
            : 'present',
    });
    if (files.length > FILE_LIMIT) {
      throw new UserError(
        'bids.too-many-files',
        `${root} holds more than ${FILE_LIMIT} files: choose a subject's folder instead.`,
        { path: root, limit: FILE_LIMIT },
      );
    }
  }
}

/** Pointers are short: Git LFS writes three lines, git-annex the path of its object. */
const LONGEST_POINTER = 1024;

/** Whether a small file is what Git LFS or an unlocked git-annex file leaves in place of data that was not fetched. */
async function isPointer(path: string, bytes: number): Promise<boolean> {
  if (bytes > LONGEST_POINTER) return false;
  const text = await readFile(path, 'latin1').catch(() => '');
  return /^version https:\/\/git-lfs\.github\.com\/spec\/|^\/?(\.git\/)?annex\/objects\//.test(text);
}

function namesThatDifferByCase(files: readonly BidsFile[]): Notice[] {
  const seen = new Map<string, string>();
  return files.flatMap((file): Notice[] => {
    const key = file.relative.toLowerCase();
    const other = seen.get(key);
    seen.set(key, file.relative);
    if (other === undefined) return [];
    return [
      {
        level: 'warning',
        code: 'bids.names-differ-by-case',
        message: `${other} and ${file.relative} differ only in letter case: rename one.`,
        params: { first: other, second: file.relative },
      },
    ];
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
