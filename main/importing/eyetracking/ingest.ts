import { statSync } from 'node:fs';
import {
  type EyetrackingPlan,
  eyetrackingPlanSchema,
  type ModalityReport,
  type PlannedEyetracking,
} from '../../contract/modality-import.ts';
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
  isTaken,
  stillStored,
} from '../import-files.ts';
import { keptPersonal } from '../kept-personal.ts';
import { nameLabel } from '../recording-name.ts';
import { type PreparedEyetracking, prepareEyetracking } from './prepare.ts';
import { measureNames, measuresRow } from './word-measures.ts';

const eventKinds = ['fixation', 'saccade', 'blink'] as const;
const eyeNames = ['left', 'right', 'cyclopean'] as const;
const eventColumns = [
  'kind',
  'eye',
  'start',
  'end',
  'x',
  'y',
  'end x',
  'end y',
  'amplitude',
  'peak velocity',
  'pupil',
  'line',
  'line y',
] as const;

/**
 * The job that imports eye-tracking recordings by a plan: gaze and pupil as float32 sample × column, times in
 * float64, events, messages, and the reading measures of words where areas of interest were given. One recording is
 * one chunk.
 */
export function eyetrackingImportJob(codeVersion: string): JobType<EyetrackingPlan> {
  return {
    type: 'import.eyetracking',
    params: eyetrackingPlanSchema,
    title: ({ files }) =>
      `Import ${files.length} eye-tracking ${files.length === 1 ? 'recording' : 'recordings'}`,
    recovery: 'resume',
    inputs: (_, { files }) =>
      files
        .flatMap(({ path, wordsPath }) => [path, ...(wordsPath === null ? [] : [wordsPath])])
        .map((path) => ({ path, modified: statSync(path).mtimeMs })),
    stillValid: stillStored,
    run: (context, plan) => importAll(context, plan, codeVersion),
  };
}

async function importAll(
  context: JobContext,
  { files }: EyetrackingPlan,
  codeVersion: string,
): Promise<ModalityReport> {
  const one = async (plan: PlannedEyetracking, cursor: FilesCursor): Promise<FilesCursor> => {
    refuseKnown(context.project, plan);
    const prepared = await prepareEyetracking(plan);
    const sourceFiles = [
      await hashFile(plan.path),
      ...(plan.wordsPath === null ? [] : [await hashFile(plan.wordsPath)]),
    ];
    const personal = await keptPersonal(plan.path, plan.keepPersonal);
    const done = context.project.transaction(() => {
      const next = keep(context.project, plan, { ...prepared, personal }, sourceFiles, cursor, codeVersion);
      context.commit(next, () => {});
      return next;
    });
    context.report({ phase: 'import', done: done.next, total: files.length, unit: 'recordings' });
    return done;
  };
  return filesReport(await importFiles(context, { files, first: emptyFilesCursor(), label: nameLabel, one }));
}

/** Refuses a recording whose names are taken already. */
function refuseKnown(project: Project, plan: PlannedEyetracking): void {
  const label = nameLabel(plan);
  if (isTaken(project, 'eyetracking', plan)) {
    throw new UserError(
      'import.known-gaze',
      `The project has an eye-tracking recording ${label} already: give this one another subject, task or run.`,
      { label },
    );
  }
}

function keep(
  project: Project,
  plan: PlannedEyetracking,
  prepared: PreparedEyetracking & { readonly personal: Awaited<ReturnType<typeof keptPersonal>> },
  sourceFiles: Recording['sourceFiles'],
  cursor: FilesCursor,
  codeVersion: string,
): FilesCursor {
  const { recording, channels, words, measures, notices } = prepared;
  const { samples, rate } = recording;
  const label = nameLabel(plan);
  const columns = channels.flatMap(({ eye, pupil }) => [
    `x ${eye}`,
    `y ${eye}`,
    ...(pupil === null ? [] : [`pupil ${eye}`]),
  ]);
  const series = channels.flatMap(({ x, y, pupil }) => [x, y, ...(pupil === null ? [] : [pupil])]);
  const times = project.arrays.put(
    {
      name: `${label} times`,
      shape: [samples.count],
      dtype: 'float64',
      unit: 'ms',
      axes: [{ name: 'sample' }],
    },
    samples.time,
  );
  const events = storeEvents(project, label, prepared);
  const reading =
    words.length === 0
      ? null
      : project.arrays.put(
          {
            name: `${label} reading measures`,
            shape: [words.length, measureNames.length],
            dtype: 'float64',
            axes: [{ name: 'word' }, { name: 'measure' }],
            attributes: { columns: [...measureNames], words: words.map((word) => ({ ...word })) },
          },
          Float64Array.from(measures.flatMap(measuresRow)),
        );
  const values = new Float32Array(samples.count * columns.length);
  series.forEach((one, column) => {
    for (let at = 0; at < samples.count; at++) values[at * columns.length + column] = one[at];
  });
  const data = project.arrays.put(
    {
      name: `${label} gaze`,
      shape: [samples.count, columns.length],
      dtype: 'float32',
      unit: recording.unit,
      axes: [{ name: 'sample' }, { name: 'column' }],
      attributes: {
        columns,
        origin: recording.origin,
        screen: plan.screen ?? recording.screen,
        blocks: recording.blocks.map((block) => ({ ...block })),
        messages: recording.messages.map((message) => ({ ...message })),
        ...prepared.personal,
        blinks: plan.blinks,
        events: plan.events,
        lines: plan.lines,
        timesArrayId: times.id,
        eventsArrayId: events.id,
        readingArrayId: reading?.id ?? null,
        ...(plan.simulated ? { simulated: true } : {}),
      },
    },
    values,
  );
  const arrayIds = [data.id, times.id, events.id, ...(reading === null ? [] : [reading.id])];
  const kept: Recording = {
    id: newId(),
    modality: 'eyetracking',
    subject: plan.subject,
    session: plan.session,
    task: plan.task,
    run: plan.run,
    repeatGroup: null,
    stimulusId: null,
    dataArrayId: data.id,
    spaceId: null,
    confoundsArrayId: null,
    samplingInterval: rate === null ? 1 : 1 / rate,
    sampleCount: samples.count,
    simulated: plan.simulated,
    sourceFiles,
    notices: [...notices],
  };
  project.recordings.put(kept);
  project.provenance.record({
    kind: 'import.eyetracking',
    params: { plan },
    codeVersion,
    seed: null,
    startedAt: cursor.startedAt,
    inputs: sourceFiles.map((file) => ({ kind: 'file', id: file.sha256, label: file.path })),
    outputs: [
      { kind: 'recording', id: kept.id, label },
      ...arrayIds.map((id) => ({ kind: 'array' as const, id, label: project.arrays.info(id).name })),
    ],
  });
  const eyes = recording.eyes.join(' and ');
  const summary = `${eyes} eye, ${rate === null ? 'no rate' : `${Math.round(rate)} Hz`}, ${prepared.events.length} events, ${words.length} words`;
  return {
    ...cursor,
    next: cursor.next + 1,
    arrayIds: [...cursor.arrayIds, ...arrayIds],
    recordings: [
      ...cursor.recordings,
      {
        recordingId: kept.id,
        path: plan.path,
        label,
        samples: samples.count,
        summary,
        notices: [...notices],
      },
    ],
  };
}

/** Events with the tracker's coordinates, and beside them the line that a fixation was assigned to, and its height. */
function storeEvents(
  project: Project,
  label: string,
  { events, fixations, lines }: PreparedEyetracking,
): { id: string } {
  const lineOf = new Map(fixations.map(({ event, line }) => [event, line]));
  const rows = events.flatMap((event) => {
    const line = lineOf.get(event) ?? null;
    return [
      eventKinds.indexOf(event.kind),
      eyeNames.indexOf(event.eye),
      event.start,
      event.end,
      event.x,
      event.y,
      event.endX,
      event.endY,
      event.amplitude,
      event.peakVelocity,
      event.pupil,
      line ?? Number.NaN,
      line === null ? Number.NaN : lines[line],
    ];
  });
  return project.arrays.put(
    {
      name: `${label} events`,
      shape: [events.length, eventColumns.length],
      dtype: 'float64',
      axes: [{ name: 'event' }, { name: 'column' }],
      attributes: { columns: [...eventColumns], kinds: [...eventKinds], eyes: [...eyeNames] },
    },
    Float64Array.from(rows),
  );
}
