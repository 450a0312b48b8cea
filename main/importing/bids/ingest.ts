import { relative } from 'node:path';
import { type BidsPlan, type BidsReport, bidsPlanSchema, bidsReportSchema } from '../../contract/bids.ts';
import type { Preflight } from '../../contract/jobs.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { eyetrackingImportJob } from '../eyetracking/ingest.ts';
import { fmriImportJob } from '../fmri/ingest.ts';
import { meegImportJob } from '../meeg/ingest.ts';
import { ratingsImportJob } from '../ratings/ingest.ts';
import { nameLabel } from '../recording-name.ts';

const modalities = ['fmri', 'meeg', 'eyetracking', 'ratings'] as const;
type Modality = (typeof modalities)[number];

/** Reports of the modalities that are done, why others came to nothing, and the cursor of the one at work. */
interface Cursor {
  readonly startedAt: number;
  readonly done: Partial<Record<Modality, unknown>>;
  readonly refused: Partial<Record<Modality, ReturnType<UserError['toInfo']>>>;
  readonly inner: unknown;
}

/** Refusals that no other modality can get past. */
const fatal = new Set(['project.disk-full', 'project.read-only']);

/**
 * The job that imports a BIDS dataset: one modality after the other, each by its own importer, with one report at the
 * end. A bad recording never stops the others, and a killed import goes on where it was.
 */
export function bidsImportJob(codeVersion: string): JobType<BidsPlan> {
  const jobs = {
    fmri: fmriImportJob(codeVersion),
    meeg: meegImportJob(codeVersion),
    eyetracking: eyetrackingImportJob(codeVersion),
    ratings: ratingsImportJob(codeVersion),
  };
  return {
    type: 'import.bids',
    params: bidsPlanSchema,
    title: ({ name }) => `Import ${name}`,
    recovery: 'resume',
    inputs: (project, plan) => ({
      fmri: plan.fmri && jobs.fmri.inputs?.(project, plan.fmri),
      meeg: plan.meeg && jobs.meeg.inputs?.(project, plan.meeg),
      eyetracking: plan.eyetracking && jobs.eyetracking.inputs?.(project, plan.eyetracking),
      ratings: plan.ratings && jobs.ratings.inputs?.(project, plan.ratings),
    }),
    stillValid: (project, result) => {
      const report = bidsReportSchema.safeParse(result);
      return (
        report.success &&
        report.data.imported.every(({ recordingId }) => project.recordings.find(recordingId))
      );
    },
    preflight: async (project, plan) =>
      together([
        plan.fmri && (await jobs.fmri.preflight?.(project, plan.fmri)),
        plan.meeg && (await jobs.meeg.preflight?.(project, plan.meeg)),
      ]),
    async run(context, plan) {
      let cursor: Cursor = context.cursor<Cursor>() ?? {
        startedAt: Date.now(),
        done: {},
        refused: {},
        inner: undefined,
      };
      const save = (change: Partial<Cursor>, write: () => void): void => {
        const next = { ...cursor, ...change };
        context.commit(next, write);
        cursor = next;
      };
      const step = async <P>(modality: Modality, job: JobType<P>, part: P | null): Promise<void> => {
        if (part === null || modality in cursor.done || modality in cursor.refused) return;
        const inner: JobContext = {
          ...context,
          // The importer's own cursor lies inside this job's.
          cursor: <C>() => cursor.inner as C | undefined,
          commit: (innerCursor, write) => save({ inner: innerCursor }, write),
        };
        try {
          const report = await job.run(inner, part);
          save({ done: { ...cursor.done, [modality]: report }, inner: undefined }, () => {});
        } catch (cause) {
          if (!(cause instanceof UserError) || fatal.has(cause.code)) throw cause;
          save({ refused: { ...cursor.refused, [modality]: cause.toInfo() }, inner: undefined }, () => {});
        }
      };
      await step('fmri', jobs.fmri, plan.fmri);
      await step('meeg', jobs.meeg, plan.meeg);
      await step('eyetracking', jobs.eyetracking, plan.eyetracking);
      await step('ratings', jobs.ratings, plan.ratings);
      return finished(context.project, plan, cursor);
    },
  };
}

function finished(project: Project, plan: BidsPlan, { done, refused, startedAt }: Cursor): BidsReport {
  const parts = bidsReportSchema
    .pick({ fmri: true, meeg: true, eyetracking: true, ratings: true })
    .parse(Object.fromEntries(modalities.map((modality) => [modality, done[modality] ?? null])));
  const { fmri, meeg, eyetracking, ratings } = parts;
  const ids = [
    ...(fmri?.recordings ?? []),
    ...(meeg?.recordings ?? []),
    ...(eyetracking?.recordings ?? []),
    ...(ratings?.recordings ?? []),
  ].map(({ recordingId }) => recordingId);
  const short = (path: string): string => relative(plan.root, path);
  const failed: BidsReport['failed'] = [
    ...(fmri?.failed ?? []).map(({ image, label, error }) => ({ path: short(image), label, error })),
    ...(meeg?.failed ?? []).map(({ path, error }) => ({ path: short(path), label: short(path), error })),
    ...[...(eyetracking?.failed ?? []), ...(ratings?.failed ?? [])].map(({ path, label, error }) => ({
      path: short(path),
      label,
      error,
    })),
    ...modalities.flatMap((modality) => {
      const error = refused[modality];
      return error === undefined ? [] : [{ path: '', label: modality, error }];
    }),
  ];
  if (ids.length === 0) {
    const reason = failed[0]?.error.message ?? 'there is no recording.';
    throw new UserError('import.nothing-imported', `Nothing was imported: ${reason}`, { reason });
  }
  return {
    ...parts,
    name: plan.name,
    imported: ids.map((recordingId) => {
      const recording = project.recordings.get(recordingId);
      const { modality, subject, session, task, run } = recording;
      return {
        recordingId,
        modality,
        // Ratings are means over persons: their table's name says all.
        label: modality === 'rating' ? task : nameLabel({ subject, session, task, run }),
      };
    }),
    failed,
    placeholders: plan.placeholders,
    problems: plan.problems,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** What several jobs need one after another: the largest memory, the sum of time and disk. */
function together(parts: readonly (Preflight | null | undefined)[]): Preflight {
  const needed = parts.flatMap((part) => part ?? []);
  const refusing = needed.find(({ fits }) => !fits);
  return {
    peakMemoryBytes: needed.reduce((most, part) => Math.max(most, part.peakMemoryBytes), 200e6),
    seconds: needed.reduce((sum, part) => sum + (part.seconds ?? 0), 0),
    diskBytes: needed.reduce((sum, part) => sum + part.diskBytes, 0),
    fits: refusing === undefined,
    reason: refusing?.reason ?? null,
    alternative: refusing?.alternative ?? null,
  };
}
