import type { ItemSet } from '../../contract/item-sets.ts';
import {
  type MulcogImport,
  type MulcogImportReport,
  mulcogImportSchema,
  type PlannedItemSet,
} from '../../contract/mulcog-import.ts';
import { UserError } from '../../core/errors.ts';
import { contentHash } from '../../core/hash.ts';
import { hashFile } from '../../formats/source.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import type { ItemData } from './item-data.ts';
import { readDiscourseFmri } from './read-discourse-fmri.ts';
import { readEye } from './read-eye.ts';
import { readMeg } from './read-meg.ts';
import { readRatings, readWordFmri } from './read-words.ts';

const LEVELS = { word: 'words', sentence: 'sentences', discourse: 'stories' } as const;
const KINDS = { rating: 'ratings', eye: 'eye tracking', fmri: 'fMRI', meg: 'MEG' } as const;

/** "zh stories fMRI 01", as lists show a set. */
export function plannedName({ language, modality, level, subject, part }: PlannedItemSet): string {
  return [language, LEVELS[level], KINDS[modality], subject, part].filter((word) => word !== null).join(' ');
}

/** The job type `import.mulcog`: one set a chunk. */
export function mulcogImportJob(codeVersion: string): JobType<MulcogImport> {
  return {
    type: 'import.mulcog',
    params: mulcogImportSchema,
    title: ({ sets }) => `Import ${sets.length} sets of cognitive data`,
    recovery: 'resume',
    run: (context, params) => importSets(context, params, codeVersion),
  };
}

interface Cursor extends MulcogImportReport {
  readonly next: number;
}

async function importSets(
  context: JobContext,
  { sets }: MulcogImport,
  codeVersion: string,
): Promise<MulcogImportReport> {
  let cursor = context.cursor<Cursor>() ?? { next: 0, sets: [], failed: [] };
  while (cursor.next < sets.length) {
    context.signal.throwIfAborted();
    const planned = sets[cursor.next];
    const name = plannedName(planned);
    const next = cursor.next + 1;
    try {
      const data = await readSet(planned);
      const sourceFiles = [];
      for (const path of data.files) sourceFiles.push(await hashFile(path));
      const set = { planned, name, data, sourceFiles, codeVersion };
      let made: Cursor = cursor;
      context.project.transaction(() => {
        const id = keepSet(context, set);
        const { rows: items, cols: columns } = data.data;
        made = {
          ...cursor,
          next,
          sets: [...cursor.sets, { id, name, items, columns, notices: [...data.notices] }],
        };
        context.commit(made, () => {});
      });
      cursor = made;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      cursor = { ...cursor, next, failed: [...cursor.failed, { name, error: thrown.toInfo() }] };
      context.commit(cursor, () => {});
    }
    context.report({ phase: 'import', done: cursor.next, total: sets.length, unit: 'sets' });
  }
  if (cursor.sets.length === 0) {
    const reason = cursor.failed[0].error.message;
    throw new UserError('import.nothing-imported', `Nothing was imported: ${reason}`, { reason });
  }
  return { sets: cursor.sets, failed: cursor.failed };
}

async function readSet({ root, path, modality, level, subject }: PlannedItemSet): Promise<ItemData> {
  if (modality === 'rating') return readRatings(path);
  if (modality === 'eye') return readEye(path);
  if (modality === 'meg') return readMeg(root, path);
  return level === 'word' ? readWordFmri(root, path) : readDiscourseFmri(root, path, subject);
}

/** Stores a set under a name made of its content: the same files imported again take the place of the first. */
function keepSet(
  { project }: JobContext,
  {
    planned,
    name,
    data,
    sourceFiles,
    codeVersion,
  }: {
    planned: PlannedItemSet;
    name: string;
    data: ItemData;
    sourceFiles: ItemSet['sourceFiles'];
    codeVersion: string;
  },
): string {
  const { texts, rows, units, sensors, notices } = data;
  const textsHash = project.itemSets.putTexts(texts);
  const layout = { rows, units: [...units], sensors: sensors === null ? null : [...sensors] };
  const hashes = sourceFiles.map((file) => file.sha256);
  const id = `items-${contentHash({ name, textsHash, layout, hashes }).slice(0, 20)}`;
  if (project.itemSets.find(id) !== null) return id;
  const array = project.arrays.put(
    {
      name,
      shape: [data.data.rows, data.data.cols],
      dtype: 'float32',
      axes: [{ name: rows.kind === 'words' ? 'word' : 'time' }, { name: 'column' }],
      attributes: planned.simulated ? { simulated: true } : {},
    },
    data.data.data,
  );
  const { language, modality, level, subject, simulated } = planned;
  project.itemSets.put({
    id,
    name,
    language,
    modality,
    level,
    subject,
    textsHash,
    dataArrayId: array.id,
    ...layout,
    simulated,
    sourceFiles: [...sourceFiles],
    notices: [...notices],
  });
  project.provenance.record({
    kind: 'import.mulcog',
    params: planned,
    codeVersion,
    seed: null,
    inputs: sourceFiles.map((file) => ({ kind: 'file', id: file.sha256, label: file.path })),
    outputs: [
      { kind: 'items', id, label: name },
      { kind: 'array', id: array.id, label: name },
    ],
  });
  return id;
}
