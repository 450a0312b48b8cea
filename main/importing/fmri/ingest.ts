import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import {
  type ImportPlan,
  type ImportReport,
  importPlanSchema,
  importReportSchema,
  type PlannedRun,
} from '../../contract/importing.ts';
import type { Preflight } from '../../contract/jobs.ts';
import { toErrorInfo, UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { fileSize, hashFile } from '../../formats/source.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { keptPersonal } from '../kept-personal.ts';
import { chunkLayout } from './chunk-layout.ts';
import { clashes } from './clashes.ts';
import { emptyCursor, type ImportCursor } from './cursor.ts';
import { groupRuns, storeVoxelSet } from './groups.ts';
import { openImage } from './open-image.ts';
import { planPaths, runLabel } from './plan.ts';
import { requireSeries } from './probe-run.ts';
import { markRepeats } from './repeats.ts';
import { readCompanions, storeRun } from './store-run.ts';
import { streamRun } from './stream-run.ts';
import { commonVoxels } from './voxel-set.ts';

/** Refusals that no other run can get past. */
const fatal = new Set(['project.disk-full', 'project.read-only']);

/**
 * The job that imports fMRI runs by a plan. Runs are taken one after another; a bad one is reported and the others
 * go on. Every block of volumes is committed with the cursor, so a killed import goes on where it was and ends with
 * the same bytes.
 * @param codeVersion goes into provenance
 */
export function fmriImportJob(codeVersion: string): JobType<ImportPlan> {
  return {
    type: 'import.fmri',
    params: importPlanSchema,
    title: (plan) =>
      `Import ${plan.runs.length} fMRI ${plan.runs.length === 1 ? 'run' : 'runs'} of ${plan.name}`,
    recovery: 'resume',
    inputs: (_, plan) => planPaths(plan).map(fileState),
    stillValid: (project, result) => {
      const report = importReportSchema.safeParse(result);
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
  readonly context: JobContext;
  readonly plan: ImportPlan;
  readonly codeVersion: string;
  cursor: ImportCursor;

  constructor(context: JobContext, plan: ImportPlan, codeVersion: string) {
    this.context = context;
    this.plan = plan;
    this.codeVersion = codeVersion;
    this.cursor = context.cursor<ImportCursor>() ?? emptyCursor(Date.now());
  }

  async run(): Promise<ImportReport> {
    const { project, signal } = this.context;
    if (this.cursor.groups.length === 0 && this.cursor.failed.length === 0) await this.prepare();
    for (const run of this.plan.runs) {
      signal.throwIfAborted();
      const group = this.cursor.groups.find(({ images }) => images.includes(run.image));
      const done =
        this.cursor.recordings.some(({ image }) => image === run.image) ||
        this.cursor.failed.some(({ image }) => image === run.image);
      if (group === undefined || done) continue;
      await this.attempt(run, () => this.importRun(run, group.spaceId));
    }
    if (this.cursor.recordings.length === 0) throw this.nothingImported();
    project.transaction(() =>
      markRepeats(
        project,
        this.cursor.recordings.map(({ subject }) => subject),
      ),
    );
    return this.report();
  }

  /** Settles name clashes and voxel sets before any volume is stored. */
  private async prepare(): Promise<void> {
    const { project, signal, report } = this.context;
    const refused = clashes(this.plan.runs, project.recordings.list({ modality: 'fmri' }));
    for (const [run, error] of refused) this.fail(run, error);
    const { groups, failed } = await groupRuns(this.plan.runs.filter((run) => !refused.has(run)));
    for (const [run, error] of failed) this.fail(run, error);
    const total = groups.reduce((sum, { runs }) => sum + runs.length, 0);
    let looked = 0;
    for (const { key, runs } of groups) {
      try {
        const set = await commonVoxels(runs, this.plan.mask, signal, () => {
          report({ phase: 'mask', done: looked++, total, unit: 'runs' });
        });
        for (const { image, error } of set.failed) this.fail(this.planned(image), error);
        const images = runs
          .map(({ image }) => image)
          .filter((image) => !set.failed.some((one) => one.image === image));
        if (images.length === 0) continue;
        const name = this.plan.spaceName ?? spaceOf(runs[0].image);
        this.save({}, () => {
          const { spaceId, isNew, arrayIds } = storeVoxelSet(project, set, name);
          return {
            groups: [...this.cursor.groups, { key, spaceId, images, notices: set.notices }],
            spaceIds: isNew ? [...this.cursor.spaceIds, spaceId] : this.cursor.spaceIds,
            arrayIds: isNew ? [...this.cursor.arrayIds, ...arrayIds] : this.cursor.arrayIds,
          };
        });
      } catch (cause) {
        if (!(cause instanceof UserError) || fatal.has(cause.code)) throw cause;
        for (const run of runs) this.fail(run, cause);
      }
    }
  }

  private async importRun(run: PlannedRun, spaceId: string): Promise<void> {
    const { project, signal, report } = this.context;
    const image = await openImage(run.image, run.repetitionTime === null);
    requireSeries(image);
    const companions = await readCompanions(image, run, this.plan);
    const space = project.spaces.get(spaceId);
    const indices = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
    if (this.cursor.current?.image !== run.image)
      this.begin(run, image.volumeCount, indices.length, {
        repetitionTime: companions.repetitionTime,
        attributes: await keptPersonal(run.image, run.keepPersonal),
      });
    const current = this.cursor.current;
    if (current === null) throw new Error('No run is being imported');
    const startedAt = Date.now();
    const position = this.plan.runs.indexOf(run) + 1;
    const { current: end, sha256 } = await streamRun({
      project,
      image,
      indices,
      current,
      signal,
      onVolume: (done) =>
        report({
          phase: `run ${position} of ${this.plan.runs.length}`,
          done,
          total: image.volumeCount,
          unit: 'volumes',
        }),
      commit: (next, write) =>
        this.save({ current: next }, () => {
          write();
          return {};
        }),
    });
    const group = this.cursor.groups.find(({ images }) => images.includes(run.image));
    const notices: Notice[] = [...(group?.notices ?? [])];
    if (end.replaced > 0) notices.push(replacedNotice(basename(run.image), end.replaced, end.replacedNames));
    const imageFiles = [
      { path: run.image, sha256, bytes: await fileSize(image.dataPath) },
      ...(image.partner === undefined ? [] : [await hashFile(image.partner)]),
    ];
    this.save({ current: null }, () => {
      const stored = storeRun({
        project,
        plan: this.plan,
        run,
        image,
        companions,
        dataArrayId: end.arrayId,
        spaceId,
        imageFiles,
        notices,
        startedAt,
        codeVersion: this.codeVersion,
      });
      const { cursor } = this;
      return {
        recordings: [...cursor.recordings, stored.entry],
        arrayIds: [...cursor.arrayIds, ...stored.arrayIds],
        stimulusIds: stored.stimulusId ? [...cursor.stimulusIds, stored.stimulusId] : cursor.stimulusIds,
        bytes:
          cursor.bytes +
          image.volumeCount * space.shape.reduce((a, b) => a * b, 1) * image.header.datatype.bytes,
      };
    });
  }

  private begin(
    run: PlannedRun,
    volumes: number,
    voxels: number,
    { repetitionTime, attributes }: { repetitionTime: number; attributes: Record<string, unknown> },
  ): void {
    const layout = chunkLayout(volumes, voxels);
    this.save({}, () => {
      const array = this.context.project.arrays.create({
        name: `${runLabel(run)} bold`,
        shape: [volumes, voxels],
        chunkShape: [layout.time, layout.voxel],
        dtype: 'float32',
        unit: 'a.u.',
        axes: [{ name: 'time', unit: 's', step: repetitionTime }, { name: 'voxel' }],
        attributes: { ...attributes, ...(run.simulated ? { simulated: true } : {}) },
      });
      return {
        current: { image: run.image, arrayId: array.id, nextVolume: 0, replaced: 0, replacedNames: [] },
      };
    });
  }

  /** Runs `work`; a refusal ends this run only, and takes its half-written array away. */
  private async attempt(run: PlannedRun, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (!(cause instanceof UserError) || fatal.has(cause.code)) throw cause;
      this.fail(run, cause);
    }
  }

  private fail(run: PlannedRun, error: UserError): void {
    const half = this.cursor.current?.image === run.image ? this.cursor.current.arrayId : null;
    this.save({ ...(half ? { current: null } : {}) }, () => {
      if (half) this.context.project.arrays.delete(half);
      const entry = { image: run.image, label: runLabel(run), error: error.toInfo() };
      return { failed: [...this.cursor.failed, entry] };
    });
  }

  /** One transaction: what `write` does, and the cursor with `change` and what `write` gives back. */
  private save(change: Partial<ImportCursor>, write: () => Partial<ImportCursor>): void {
    let next = this.cursor;
    this.context.project.transaction(() => {
      next = { ...this.cursor, ...change, ...write() };
      this.context.commit(next, () => {});
    });
    this.cursor = next;
  }

  private planned(image: string): PlannedRun {
    const run = this.plan.runs.find((one) => one.image === image);
    if (run === undefined) throw new Error(`${image} is not in the plan`);
    return run;
  }

  private nothingImported(): UserError {
    const [first] = this.cursor.failed;
    const reason = first ? first.error.message : 'no run could be used.';
    return new UserError('import.nothing-imported', `Nothing was imported: ${reason}`, { reason });
  }

  private report(): ImportReport {
    const { cursor } = this;
    const { recordings, failed, stimulusIds, spaceIds, arrayIds, bytes, startedAt } = cursor;
    const groupsOf = new Map(
      this.context.project.recordings.list().map(({ id, repeatGroup }) => [id, repeatGroup]),
    );
    return {
      recordings: recordings.map((entry) => ({
        ...entry,
        repeatGroup: groupsOf.get(entry.recordingId) ?? null,
      })),
      failed: [...failed],
      stimulusIds: [...stimulusIds],
      spaceIds: [...spaceIds],
      arrayIds: [...arrayIds],
      seconds: (Date.now() - startedAt) / 1000,
      bytes,
      notices: [],
    };
  }
}

/** Size and date of a file: enough to tell whether the same import was asked for before. */
function fileState(path: string): { path: string; bytes: number; modified: number } | { path: string } {
  const info = statSync(path, { throwIfNoEntry: false });
  return info ? { path, bytes: info.size, modified: info.mtimeMs } : { path };
}

/** Space named by a file's own name, else "unknown". */
function spaceOf(image: string): string {
  return /_space-([A-Za-z0-9]+)/.exec(basename(image))?.[1] ?? 'unknown';
}

function replacedNotice(file: string, count: number, names: readonly string[]): Notice {
  const named = names.join('; ');
  return {
    level: 'warning',
    code: 'import.replaced-values',
    message: `${file}: ${count} NaN or infinite values in kept voxels were replaced by the volume before (i, j, k: ${named}).`,
    params: { file, count, named },
  };
}

/** Memory, time and disk that a plan needs. Time is guessed at 100 MB of unpacked images a second. */
async function estimate(project: Project, plan: ImportPlan): Promise<Preflight> {
  let unpacked = 0;
  let stored = 0;
  let largestVolume = 0;
  for (const run of plan.runs) {
    const image = await openImage(run.image).catch(() => null);
    if (image === null) continue;
    const voxels = image.grid[0] * image.grid[1] * image.grid[2];
    unpacked += voxels * image.volumeCount * image.header.datatype.bytes;
    // A brain fills about a third of its grid; float32 noise hardly compresses.
    stored += (plan.mask.kind === 'all' ? 1 : 0.35) * voxels * image.volumeCount * 4;
    largestVolume = Math.max(largestVolume, voxels * image.header.datatype.bytes);
  }
  const disk = await statfs(dirname(project.path)).catch(() => null);
  const free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
  const fits = free > stored;
  const [needed, available] = [Math.ceil(stored / 1e6), Math.floor(free / 1e6)];
  return {
    peakMemoryBytes: 120e6 + 2 * largestVolume + (64 << 20),
    seconds: unpacked / 100e6,
    diskBytes: stored,
    fits,
    reason: fits
      ? null
      : toErrorInfo(
          new UserError(
            'import.no-disk',
            `This import needs about ${needed} MB, but the project's disk has ${available} MB left: free some space.`,
            { needed, available },
          ),
        ),
    alternative: null,
  };
}
