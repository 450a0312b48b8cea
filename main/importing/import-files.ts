import { type ModalityReport, modalityReportSchema } from '../contract/modality-import.ts';
import type { Recording } from '../contract/recordings.ts';
import { UserError } from '../core/errors.ts';
import type { Project } from '../data/project.ts';
import type { JobContext } from '../jobs/job-type.ts';
import type { nameLabel } from './recording-name.ts';

/** Where a job is that imports one file after another. */
export interface FilesCursor {
  /** Place of the next file in the plan. */
  readonly next: number;
  readonly startedAt: number;
  readonly recordings: ModalityReport['recordings'];
  readonly failed: ModalityReport['failed'];
  readonly arrayIds: readonly string[];
}

/** Where an import of files begins: none read, none stored. Times in milliseconds since 1970. */
export function emptyFilesCursor(): FilesCursor {
  return { next: 0, startedAt: Date.now(), recordings: [], failed: [], arrayIds: [] };
}

interface FilesImport<Plan, Cursor extends FilesCursor> {
  readonly files: readonly Plan[];
  /** Where a job that begins is. */
  readonly first: Cursor;
  readonly label: (plan: Plan) => string;
  /** Imports one file and commits; returns where the job is then. Keeps the rest of what it commits on the way. */
  readonly one: (plan: Plan, cursor: Cursor) => Promise<Cursor>;
  /** What a file that is refused leaves behind is taken away, in the transaction that says so. */
  readonly abandon?: (cursor: Cursor) => Partial<Cursor>;
}

/**
 * Imports files one after another; a bad one is reported and the others go on. Faults of the project itself end it.
 * @throws UserError `import.nothing-imported` where none came in
 */
export async function importFiles<Plan extends { readonly path: string }, Cursor extends FilesCursor>(
  context: JobContext,
  { files, first, label, one, abandon }: FilesImport<Plan, Cursor>,
): Promise<Cursor> {
  let cursor = context.cursor<Cursor>() ?? first;
  while (cursor.next < files.length) {
    context.signal.throwIfAborted();
    const plan = files[cursor.next];
    try {
      cursor = await one(plan, cursor);
    } catch (thrown) {
      if (!(thrown instanceof UserError) || thrown.code.startsWith('project.')) throw thrown;
      const failed = [...cursor.failed, { path: plan.path, label: label(plan), error: thrown.toInfo() }];
      // What the file had committed before it was refused is known to the job's cursor only.
      const reached = context.cursor<Cursor>() ?? cursor;
      context.project.transaction(() => {
        cursor = { ...reached, ...abandon?.(reached), next: reached.next + 1, failed };
        context.commit(cursor, () => {});
      });
    }
  }
  if (cursor.recordings.length > 0) return cursor;
  const { message } = cursor.failed[0].error;
  throw new UserError('import.nothing-imported', `Nothing was imported: ${message}`, { reason: message });
}

/** What is said of an import that is done. */
export function filesReport({ recordings, failed, arrayIds, startedAt }: FilesCursor): ModalityReport {
  return {
    recordings,
    failed,
    arrayIds: [...arrayIds],
    stimulusIds: [],
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** Whether all that an import made is still there. */
export function stillStored(project: Project, result: unknown): boolean {
  const report = modalityReportSchema.safeParse(result);
  return (
    report.success && report.data.recordings.every(({ recordingId }) => project.recordings.find(recordingId))
  );
}

/** Whether the project has a recording of these names. */
export function isTaken(
  project: Project,
  modality: Recording['modality'],
  plan: Parameters<typeof nameLabel>[0],
): boolean {
  return project.recordings
    .list({ modality, subject: plan.subject, task: plan.task })
    .some((one) => one.session === plan.session && one.run === plan.run);
}
