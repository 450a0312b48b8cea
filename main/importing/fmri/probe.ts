import { stat } from 'node:fs/promises';
import type { ImportProbe } from '../../contract/importing.ts';
import { UserError } from '../../core/errors.ts';
import { findBidsRoot } from '../../formats/bids/tree.ts';
import { probeBids } from './probe-bids.ts';
import { probeFiles } from './probe-files.ts';

/**
 * Says what an fMRI import would find under these paths: one folder of a BIDS dataset, or loose files and folders.
 * Reads headers and small tables only, stores nothing. Bad files are named in the result, they do not throw.
 * @throws UserError `file.not-found` for a path that is not there, `import.nothing-given`
 */
export async function probeFmri(paths: readonly string[]): Promise<ImportProbe> {
  if (paths.length === 0) throw new UserError('import.nothing-given', 'Give a folder or files to import.');
  for (const path of paths) {
    if ((await stat(path).catch(() => null)) === null) {
      throw new UserError('file.not-found', `${path} was not found: check the path.`, { file: path, path });
    }
  }
  const [only] = paths;
  if (paths.length === 1 && (await stat(only)).isDirectory()) {
    const root = await findBidsRoot(only);
    if (root === only) return probeBids(root, [...paths]);
    if (root !== null) return withinFolder(await probeBids(root, [...paths]), only);
  }
  return probeFiles(paths);
}

/** A part of a dataset was given (one subject's folder): only what lies in it counts. */
function withinFolder(probe: ImportProbe, folder: string): ImportProbe {
  const inside = (path: string): boolean => path.startsWith(folder);
  const runs = probe.runs.filter((run) => inside(run.image));
  return {
    ...probe,
    runs,
    subjects: probe.subjects.filter((subject) => runs.some((run) => run.subject === subject)),
    missingData: probe.missingData.filter(({ path }) => inside(path)),
  };
}
