import {
  type MeegDetails,
  type MeegPlan,
  type MeegReport,
  meegPlanSchema,
  meegReportSchema,
  type PlannedMeeg,
} from '../../contract/meeg-import.ts';
import type { Recording as StoredRecording } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { blockLength, type Recording } from '../../formats/meeg/recording.ts';
import { openRecording } from '../../formats/open-recording.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { keptPersonal } from '../kept-personal.ts';
import { cutEpochs } from './epochs.ts';
import { eventsOf } from './events.ts';
import { digitisedOf } from './places.ts';
import { channelTable } from './probe.ts';
import { columnsOf, estimate, fileState, hashAll, interleaved, labelOf } from './run-files.ts';
import { processed, type SampleSource, stretches, withVoltUnit } from './source.ts';

/** Channels and bytes of one chunk of the stored array. */
const CHUNK_CHANNELS = 64;
const CHUNK_BYTES = 1 << 20;
/** Epochs are held in memory while they are cut. */
const EPOCH_LIMIT = 1.5e9;

interface Cursor {
  readonly startedAt: number;
  readonly current: { readonly path: string; readonly arrayId: string; readonly next: number } | null;
  readonly recordings: MeegReport['recordings'];
  readonly failed: MeegReport['failed'];
  readonly arrayIds: readonly string[];
}

/**
 * The job that imports MEG and EEG recordings: each becomes a float32 time × channel array in SI units with its
 * channel table and events, and epochs where asked for. A bad recording is reported and the others go on; a killed
 * import goes on where it was and ends with the same bytes.
 * @param codeVersion goes into provenance
 */
export function meegImportJob(codeVersion: string): JobType<MeegPlan> {
  return {
    type: 'import.meeg',
    params: meegPlanSchema,
    title: (plan) =>
      `Import ${plan.runs.length} MEG/EEG ${plan.runs.length === 1 ? 'recording' : 'recordings'} (${plan.name})`,
    recovery: 'resume',
    inputs: (_, plan) => plan.runs.map(({ path }) => fileState(path)),
    stillValid: (project, result) => {
      const report = meegReportSchema.safeParse(result);
      return (
        report.success &&
        report.data.recordings.every(({ recordingId }) => project.recordings.find(recordingId))
      );
    },
    preflight: estimate,
    run: (context, plan) => new Ingest(context, plan, codeVersion).run(),
  };
}

class Ingest {
  private readonly context: JobContext;
  private readonly plan: MeegPlan;
  private readonly codeVersion: string;
  private cursor: Cursor;

  constructor(context: JobContext, plan: MeegPlan, codeVersion: string) {
    this.context = context;
    this.plan = plan;
    this.codeVersion = codeVersion;
    this.cursor = context.cursor<Cursor>() ?? {
      startedAt: Date.now(),
      current: null,
      recordings: [],
      failed: [],
      arrayIds: [],
    };
  }

  async run(): Promise<MeegReport> {
    for (const run of this.plan.runs) {
      this.context.signal.throwIfAborted();
      const { recordings, failed } = this.cursor;
      if (recordings.some(({ path }) => path === run.path) || failed.some(({ path }) => path === run.path))
        continue;
      try {
        await this.importRun(run);
      } catch (cause) {
        if (!(cause instanceof UserError) || cause.code === 'project.disk-full') throw cause;
        this.fail(run, cause);
      }
    }
    const { recordings, failed, arrayIds, startedAt } = this.cursor;
    if (recordings.length === 0) {
      const reason = failed[0]?.error.message ?? 'there is no recording.';
      throw new UserError('import.nothing-imported', `Nothing was imported: ${reason}`, { reason });
    }
    return {
      recordings: [...recordings],
      failed: [...failed],
      arrayIds: [...arrayIds],
      seconds: (Date.now() - startedAt) / 1000,
    };
  }

  private fail(run: PlannedMeeg, error: UserError): void {
    const half = this.cursor.current?.path === run.path ? this.cursor.current.arrayId : null;
    this.save({ current: null }, () => {
      if (half !== null) this.context.project.arrays.delete(half);
      return { failed: [...this.cursor.failed, { path: run.path, error: error.toInfo() }] };
    });
  }

  private async importRun(run: PlannedMeeg): Promise<void> {
    this.refuseClash(run);
    const recording = withVoltUnit(await openRecording(run.path), run.voltUnit);
    try {
      const channels = channelTable(recording.channels, run.bads, run.types, run.positions);
      const types = channels.map(({ type }) => type);
      const source = processed(recording, types, this.plan.filter, this.plan.sfreq);
      const events = await eventsOf(recording, run, this.plan, types, this.context.signal);
      const scale = source.sfreq / recording.sfreq;
      const atRate = (sample: number): number => Math.min(source.sampleCount - 1, Math.round(sample * scale));
      const details: MeegDetails = {
        format: recording.format,
        channels,
        events: events.map((event) => ({ ...event, sample: atRate(event.sample) })),
        gaps: recording.gaps.map(({ start, count }) => ({
          start: atRate(start),
          count: Math.round(count * scale),
        })),
        highpass: Math.max(recording.highpass, this.plan.filter.highpass ?? 0),
        lowpass: Math.min(
          recording.lowpass,
          this.plan.filter.lowpass ?? Number.POSITIVE_INFINITY,
          source.sfreq / 2,
        ),
        deviceToHead: run.head?.deviceToHead ?? recording.deviceToHead?.map((row) => [...row]) ?? null,
        digitised: run.head?.digitised ?? digitisedOf(recording),
        firstSample: recording.firstSample,
      };
      await this.storeSamples(run, source, details);
      const sourceFiles = await hashAll(run.path, recording);
      const startedAt = Date.now();
      const arrayId = this.cursor.current?.arrayId ?? '';
      const epochs = await this.epochsOf(recording, source.sfreq, details, arrayId);
      this.finish({ run, recording, source, details, sourceFiles, epochs, startedAt });
    } finally {
      await recording.close();
    }
  }

  private refuseClash(run: PlannedMeeg): void {
    const same = (one: StoredRecording): boolean =>
      (one.modality === 'meg' || one.modality === 'eeg') &&
      one.subject === run.subject &&
      one.session === run.session &&
      one.task === run.task &&
      one.run === run.run;
    if (!this.context.project.recordings.list().some(same)) return;
    const label = labelOf(run);
    throw new UserError(
      'meeg.clash',
      `The project has a MEG or EEG recording ${label} already: give this one another subject, task or run.`,
      { label },
    );
  }

  private async storeSamples(run: PlannedMeeg, source: SampleSource, details: MeegDetails): Promise<void> {
    const { project, signal, report } = this.context;
    const width = details.channels.length;
    const chunkChannels = Math.min(width, CHUNK_CHANNELS);
    const personal = await keptPersonal(run.path, run.keepPersonal);
    const chunkRows = Math.max(
      1,
      Math.min(source.sampleCount, Math.floor(CHUNK_BYTES / (4 * chunkChannels))),
    );
    if (this.cursor.current?.path !== run.path) {
      this.save({}, () => {
        const array = project.arrays.create({
          name: `${labelOf(run)} ${details.format}`,
          shape: [source.sampleCount, width],
          chunkShape: [chunkRows, chunkChannels],
          dtype: 'float32',
          unit: 'SI',
          axes: [{ name: 'time', unit: 's', step: 1 / source.sfreq }, { name: 'channel' }],
          attributes: {
            columns: details.channels.map(({ name }) => name),
            meeg: details,
            ...personal,
            ...(run.simulated ? { simulated: true } : {}),
          },
        });
        return { current: { path: run.path, arrayId: array.id, next: 0 } };
      });
    }
    const step = Math.max(1, Math.floor(blockLength(details) / chunkRows)) * chunkRows;
    const position = this.plan.runs.indexOf(run) + 1;
    for (
      let current = this.cursor.current;
      current !== null && current.next < source.sampleCount;
      current = this.cursor.current
    ) {
      signal.throwIfAborted();
      const stop = Math.min(source.sampleCount, current.next + step);
      const data = await source.read(current.next, stop);
      const rows = interleaved(data, stop - current.next);
      const { arrayId, next, path } = current;
      this.save({ current: { path, arrayId, next: stop } }, () => {
        project.arrays.writeRows(arrayId, next, rows);
        return {};
      });
      report({
        phase: `recording ${position} of ${this.plan.runs.length}`,
        done: stop,
        total: source.sampleCount,
        unit: 'samples',
      });
    }
  }

  private async epochsOf(
    recording: Recording,
    sfreq: number,
    details: MeegDetails,
    arrayId: string,
  ): Promise<Awaited<ReturnType<typeof cutEpochs>> | null> {
    const options = this.plan.epochs;
    if (options === null) return null;
    const { project } = this.context;
    const { shape } = project.arrays.info(arrayId);
    const samples = (options.tmax - options.tmin) * sfreq + 1;
    const count =
      options.events.length === 0
        ? details.events.length
        : details.events.filter(({ name }) => options.events.includes(name)).length;
    if (!(samples > 1) || count * samples * shape[1] * 4 > EPOCH_LIMIT) {
      const needed = Math.round((count * Math.max(0, samples) * shape[1] * 4) / 1e6);
      throw new UserError(
        'meeg.epochs',
        `Epochs from ${options.tmin} to ${options.tmax} s around ${count} events cannot be cut (${needed} MB): choose fewer events or a shorter time after the start.`,
        { tmin: options.tmin, tmax: options.tmax, count, needed },
      );
    }
    const scale = sfreq / recording.sfreq;
    const spans = stretches(recording).filter(({ missing }) => !missing);
    return cutEpochs(
      options,
      details.events,
      { sfreq, sampleCount: shape[0], channels: details.channels },
      async (start, stop) =>
        columnsOf(project.arrays.readAs(arrayId, 'float32', [{ start, stop }, null]).data, shape[1]),
      (start, stop) =>
        spans.some((span) => start >= Math.floor(span.start * scale) && stop <= Math.ceil(span.stop * scale)),
    );
  }

  private finish(done: {
    run: PlannedMeeg;
    recording: Recording;
    source: SampleSource;
    details: MeegDetails;
    sourceFiles: StoredRecording['sourceFiles'];
    epochs: Awaited<ReturnType<typeof cutEpochs>> | null;
    startedAt: number;
  }): void {
    const { run, recording, source, details, sourceFiles, epochs } = done;
    const { project } = this.context;
    const arrayId = this.cursor.current?.arrayId ?? '';
    this.save({ current: null }, () => {
      project.arrays.seal(arrayId);
      const modality = details.channels.some(({ type }) => type === 'mag' || type === 'grad') ? 'meg' : 'eeg';
      const stored: StoredRecording = {
        id: newId(),
        modality,
        subject: run.subject,
        session: run.session,
        task: run.task,
        run: run.run,
        repeatGroup: null,
        stimulusId: null,
        dataArrayId: arrayId,
        spaceId: null,
        confoundsArrayId: null,
        samplingInterval: 1 / source.sfreq,
        sampleCount: source.sampleCount,
        simulated: run.simulated,
        sourceFiles,
        notices: [...recording.notices],
      };
      project.recordings.put(stored);
      const epochsId =
        epochs === null || epochs.kept.length === 0
          ? null
          : this.storeEpochs(run, source.sfreq, details, epochs);
      const label = labelOf(run);
      project.provenance.record({
        kind: 'import.meeg',
        params: { run, filter: this.plan.filter, sfreq: this.plan.sfreq, epochs: this.plan.epochs },
        codeVersion: this.codeVersion,
        seed: null,
        startedAt: done.startedAt,
        inputs: sourceFiles.map((file) => ({ kind: 'file', id: file.sha256, label: file.path })),
        outputs: [
          { kind: 'recording', id: stored.id, label },
          { kind: 'array', id: arrayId, label: `${label} data` },
          ...(epochsId === null ? [] : [{ kind: 'array' as const, id: epochsId, label: `${label} epochs` }]),
        ],
      });
      const entry: MeegReport['recordings'][number] = {
        recordingId: stored.id,
        path: run.path,
        subject: run.subject,
        task: run.task,
        modality,
        channels: details.channels.length,
        samples: source.sampleCount,
        sfreq: source.sfreq,
        events: details.events.length,
        epochs:
          epochs === null
            ? null
            : {
                arrayId: epochsId,
                kept: epochs.kept.length,
                dropped: epochs.dropped.length,
                outside: epochs.outside.length,
              },
        notices: [...recording.notices],
      };
      return {
        recordings: [...this.cursor.recordings, entry],
        arrayIds: [...this.cursor.arrayIds, arrayId, ...(epochsId === null ? [] : [epochsId])],
      };
    });
  }

  private storeEpochs(
    run: PlannedMeeg,
    sfreq: number,
    details: MeegDetails,
    epochs: Awaited<ReturnType<typeof cutEpochs>>,
  ): string {
    const { plan, context } = this;
    return context.project.arrays.put(
      {
        name: `${labelOf(run)} epochs`,
        shape: [epochs.kept.length, details.channels.length, epochs.samples],
        chunkShape: [1, details.channels.length, epochs.samples],
        dtype: 'float32',
        unit: 'SI',
        axes: [{ name: 'epoch' }, { name: 'channel' }, { name: 'time', unit: 's', step: 1 / sfreq }],
        attributes: {
          columns: details.channels.map(({ name }) => name),
          tmin: Math.round((plan.epochs?.tmin ?? 0) * sfreq) / sfreq,
          events: epochs.kept,
          dropped: epochs.dropped,
          outside: epochs.outside,
          ...(run.simulated ? { simulated: true } : {}),
        },
      },
      epochs.data,
    ).id;
  }

  /** One transaction: what `write` does, and the cursor with `change` and what `write` gives back. */
  private save(change: Partial<Cursor>, write: () => Partial<Cursor>): void {
    let next = this.cursor;
    this.context.project.transaction(() => {
      next = { ...this.cursor, ...change, ...write() };
      this.context.commit(next, () => {});
    });
    this.cursor = next;
  }
}
