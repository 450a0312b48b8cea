import { statSync } from 'node:fs';
import type { ItemSet } from '../../contract/item-sets.ts';
import type { ModalityReport } from '../../contract/modality-import.ts';
import { type PlannedRatings, type RatingsPlan, ratingsPlanSchema } from '../../contract/ratings-import.ts';
import type { Recording } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import { hashFile } from '../../formats/source.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import {
  emptyFilesCursor,
  type FilesCursor,
  filesReport,
  importFiles,
  stillStored,
} from '../import-files.ts';
import { type PreparedRatings, prepareRatings } from './prepare.ts';
import { summaryOf } from './preview.ts';

interface Cursor extends FilesCursor {
  readonly itemSetIds: readonly string[];
}

/**
 * The job that imports tables of ratings: means of words × dimensions as an item set that studies use, with spread,
 * counts and agreement beside it. One table is one chunk.
 */
export function ratingsImportJob(codeVersion: string): JobType<RatingsPlan> {
  return {
    type: 'import.ratings',
    params: ratingsPlanSchema,
    title: ({ files }) => `Import ${files.length} ${files.length === 1 ? 'table' : 'tables'} of ratings`,
    recovery: 'resume',
    inputs: (_, { files }) => files.map(({ path }) => ({ path, modified: statSync(path).mtimeMs })),
    stillValid: stillStored,
    run: (context, plan) => importAll(context, plan, codeVersion),
  };
}

async function importAll(
  context: JobContext,
  { files }: RatingsPlan,
  codeVersion: string,
): Promise<ModalityReport> {
  const one = async (plan: PlannedRatings, cursor: Cursor): Promise<Cursor> => {
    refuseKnown(context.project, plan);
    const prepared = await prepareRatings(plan);
    const sourceFiles = [await hashFile(plan.path)];
    const done = context.project.transaction(() => {
      const next = keep(context.project, plan, prepared, sourceFiles, cursor, codeVersion);
      context.commit(next, () => {});
      return next;
    });
    context.report({ phase: 'import', done: done.next, total: files.length, unit: 'tables' });
    return done;
  };
  const first = { ...emptyFilesCursor(), itemSetIds: [] };
  const cursor = await importFiles<PlannedRatings, Cursor>(context, {
    files,
    first,
    label: ({ name }) => name,
    one,
  });
  return { ...filesReport(cursor), itemSetIds: [...cursor.itemSetIds] };
}

/** Refuses a table whose name is taken already. */
function refuseKnown(project: Project, { name }: PlannedRatings): void {
  if (!project.recordings.list({ modality: 'rating', task: name }).some((one) => one.task === name)) return;
  throw new UserError(
    'import.known-ratings',
    `The project has ratings named ${name} already: give these another name.`,
    { label: name },
  );
}

function keep(
  project: Project,
  plan: PlannedRatings,
  prepared: PreparedRatings,
  sourceFiles: Recording['sourceFiles'],
  cursor: Cursor,
  codeVersion: string,
): Cursor {
  const { words, dimensions, notices, mapping, raters } = prepared;
  const columns = dimensions.map(({ name }) => name);
  const table = (of: (dimension: (typeof dimensions)[number]) => Float64Array): Float32Array => {
    const values = new Float32Array(words.length * columns.length);
    dimensions.forEach((dimension, column) => {
      of(dimension).forEach((value, row) => {
        values[row * columns.length + column] = value;
      });
    });
    return values;
  };
  const put = (what: string, values: Float32Array, attributes: Record<string, unknown>) =>
    project.arrays.put(
      {
        name: `${plan.name} ${what}`,
        shape: [words.length, columns.length],
        dtype: 'float32',
        axes: [{ name: 'word' }, { name: 'dimension' }],
        attributes: { columns, ...attributes, ...(plan.simulated ? { simulated: true } : {}) },
      },
      values,
    );
  const spread = dimensions.some(({ sd }) => sd.some(Number.isFinite));
  const others = spread
    ? [
        put(
          'spread',
          table(({ sd }) => sd),
          {},
        ),
        put(
          'counts',
          table(({ count }) => count),
          {},
        ),
      ]
    : [];
  const [sd, count] = others;
  const data = put(
    'ratings',
    table(({ mean }) => mean),
    {
      mapping,
      raters: raters?.length ?? null,
      dimensions: dimensions.map(summaryOf),
      words: [...words],
      sdArrayId: sd?.id ?? null,
      countArrayId: count?.id ?? null,
    },
  );
  const texts = words.map((text) => ({ name: text, words: [{ text, end: null, counts: true }] }));
  const set: ItemSet = {
    id: `items-${newId()}`,
    name: plan.name,
    language: plan.language,
    modality: 'rating',
    level: 'word',
    subject: 'mean',
    textsHash: project.itemSets.putTexts(texts),
    dataArrayId: data.id,
    rows: { kind: 'words', text: words.map((_, index) => index), word: words.map(() => 0) },
    units: columns.map((name) => ({ name, columns: 1, seconds: null })),
    sensors: null,
    simulated: plan.simulated,
    sourceFiles,
    notices: [...notices],
  };
  project.itemSets.put(set);
  const recording: Recording = {
    id: newId(),
    modality: 'rating',
    subject: 'mean',
    session: null,
    task: plan.name,
    run: null,
    repeatGroup: null,
    stimulusId: null,
    dataArrayId: data.id,
    spaceId: null,
    confoundsArrayId: null,
    // Words have no clock: one a row.
    samplingInterval: 1,
    sampleCount: words.length,
    simulated: plan.simulated,
    sourceFiles,
    notices: [...notices],
  };
  project.recordings.put(recording);
  const arrayIds = [data.id, ...others.map(({ id }) => id)];
  project.provenance.record({
    kind: 'import.ratings',
    params: { plan: { ...plan, mapping } },
    codeVersion,
    seed: null,
    startedAt: cursor.startedAt,
    inputs: sourceFiles.map((file) => ({ kind: 'file', id: file.sha256, label: file.path })),
    outputs: [
      { kind: 'recording', id: recording.id, label: plan.name },
      { kind: 'items', id: set.id, label: plan.name },
      ...arrayIds.map((id) => ({ kind: 'array' as const, id, label: project.arrays.info(id).name })),
    ],
  });
  const summary = `${words.length} words × ${columns.length} dimensions${raters === null ? '' : `, ${raters.length} raters`}`;
  return {
    ...cursor,
    next: cursor.next + 1,
    arrayIds: [...cursor.arrayIds, ...arrayIds],
    itemSetIds: [...cursor.itemSetIds, set.id],
    recordings: [
      ...cursor.recordings,
      {
        recordingId: recording.id,
        path: plan.path,
        label: plan.name,
        samples: words.length,
        summary,
        notices: [...notices],
      },
    ],
  };
}
