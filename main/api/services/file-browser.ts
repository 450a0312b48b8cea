import { mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { FileEntry, FolderListing } from '../../contract/files.ts';
import { UserError } from '../../core/errors.ts';

const entryLimit = 5000;

/** Looks at folders for the page. Every path that the page sends goes through `allow` first. */
export interface FileBrowser {
  roots(): string[];
  /** Folders first, then files, by name. Throws UserError('files.outside-roots' | 'files.not-a-folder'). */
  list(path: string | null): FolderListing;
  /**
   * The real path, symbolic links resolved; a file still to be made is judged by its folder. Throws
   * UserError('files.outside-roots') where that is in none of the roots, UserError('files.not-found') where the
   * folder is missing.
   */
  allow(path: string): string;
  makeFolder(path: string): string;
}

/** @param roots called on every use, so that a change of settings holds at once; null allows the whole disk */
export function createFileBrowser(roots: () => string[] | null, home: string): FileBrowser {
  const realRoots = (): string[] | null => roots()?.flatMap(existing) ?? null;
  const allow = (path: string): string => {
    const full = resolve(path);
    const found = existing(full)[0] ?? join(realFolder(dirname(full)), basename(full));
    const allowed = realRoots();
    if (allowed !== null && !allowed.some((root) => isInside(found, root))) {
      throw new UserError(
        'files.outside-roots',
        `${path} lies outside the folders that this server may read. Allow its folder under Settings, or upload the file.`,
        { path },
      );
    }
    return found;
  };
  const list = (path: string | null): FolderListing => {
    const allowed = realRoots();
    const folder = allow(path ?? allowed?.[0] ?? home);
    if (!statSync(folder).isDirectory()) {
      throw new UserError('files.not-a-folder', `${folder} is a file. Choose a folder.`, { path: folder });
    }
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    const entries = names.slice(0, entryLimit).flatMap((name) => describe(folder, name));
    const isRoot = allowed?.includes(folder) ?? dirname(folder) === folder;
    return {
      path: folder,
      parent: isRoot ? null : dirname(folder),
      roots: allowed ?? [home],
      entries: entries.sort(foldersFirst),
      truncated: names.length > entryLimit,
    };
  };
  return {
    roots: () => realRoots() ?? [home],
    list,
    allow,
    makeFolder: (path) => {
      const folder = allow(path);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
  };
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function existing(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}

function realFolder(path: string): string {
  const found = existing(path)[0];
  if (found === undefined) {
    throw new UserError('files.not-found', `There is nothing at ${path}. Check the path.`, { path });
  }
  return found;
}

function foldersFirst(a: FileEntry, b: FileEntry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

/** Nothing for an entry that vanished or may not be looked at. */
function describe(folder: string, name: string): FileEntry[] {
  const path = join(folder, name);
  try {
    const stat = statSync(path);
    const kind = stat.isDirectory() ? 'folder' : 'file';
    return [{ name, path, kind, bytes: kind === 'file' ? stat.size : null, modifiedAt: stat.mtimeMs }];
  } catch {
    return [];
  }
}
