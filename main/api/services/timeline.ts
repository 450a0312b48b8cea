import { decimate } from '../../analysis/series/decimate.ts';
import { type SeedBand, seedBand } from '../../analysis/series/seed-band.ts';
import type { Checkpoint, CheckpointAudit, TrainingRun } from '../../contract/checkpoints.ts';
import { encodeBundle } from '../../contract/resource-bundle.ts';
import type {
  CheckpointMark,
  MetricValue,
  TimelineMeta,
  TimelineRequest,
  TimelineRun,
} from '../../contract/timeline.ts';
import { contentHash } from '../../core/hash.ts';
import type { Project } from '../../data/project.ts';

/** Points sent at most, however many curves there are; each curve keeps at least `FEWEST` buckets. */
const BUDGET = 400_000;
const FEWEST = 8;

interface Curve {
  readonly owner: string;
  readonly metric: string;
  readonly points: SeedBand | { readonly steps: Uint32Array; readonly values: Float64Array };
}

/** Runs as the timeline lists them, newest first. */
export function timelineRuns(project: Project): TimelineRun[] {
  return project.training
    .list()
    .map(({ id, plan, name, origin, state, seed, simulated, tokensPerStep, totalSteps, settings }) => ({
      id,
      plan: planKey({ plan, settings }),
      name,
      origin,
      state,
      seed,
      simulated,
      tokensPerStep,
      totalSteps,
    }));
}

/** What a band is drawn over: a plan begun again under its old name with other settings is another one. */
function planKey({ plan, settings }: Pick<TrainingRun, 'plan' | 'settings'>): string {
  return contentHash([plan, settings]);
}

/** One run with its checkpoints by step and its audit, where there was one. */
export function trainingRunDetails(
  project: Project,
  id: string,
): { run: TrainingRun; checkpoints: Checkpoint[]; audit: CheckpointAudit | null } {
  const { training, checkpoints } = project;
  return { run: training.get(id), checkpoints: checkpoints.list(id), audit: training.audit(id) };
}

/** Checkpoints of runs with the audit's verdicts; runs that are gone are passed over. */
export function checkpointMarks(project: Project, runIds: readonly string[]): CheckpointMark[] {
  return runIds.flatMap((runId) => {
    if (project.training.find(runId) === null) return [];
    const verdicts = new Map(
      project.training.audit(runId)?.verdicts.map(({ checkpointId, verdict }) => [checkpointId, verdict]),
    );
    return project.checkpoints
      .list(runId)
      .map(({ id, step }) => ({ id, runId, step, verdict: verdicts.get(id) ?? null }));
  });
}

/** The last value of every metric of a run, with its step. */
export function latestMetrics(project: Project, runId: string): MetricValue[] {
  const { metrics } = project.training;
  return metrics.list({ runIds: [runId] }).flatMap(({ name, lastStep }) =>
    [...metrics.series({ runIds: [runId], names: [name], fromStep: lastStep })].map(({ steps, values }) => ({
      name,
      step: steps[steps.length - 1],
      value: values[values.length - 1],
    })),
  );
}

/**
 * The curves that a timeline asks for, down-sampled to what its width and the budget of points allow, as a bundle
 * (contract/timeline.ts says what is in it).
 */
export function timelineBundle(project: Project, request: TimelineRequest): Uint8Array<ArrayBuffer> {
  const curves = request.seeds === 'band' ? bands(project, request) : lines(project, request);
  const buckets = Math.max(
    FEWEST,
    Math.min(request.width, Math.floor(BUDGET / 4 / Math.max(1, curves.length))),
  );
  const kept = curves.map(({ points }) => {
    const centre = 'mean' in points ? points.mean : points.values;
    return decimate(points.steps, centre, buckets, request.scale);
  });
  const total = kept.reduce((sum, { length }) => sum + length, 0);
  const owners = [...new Set(curves.map(({ owner }) => owner))];
  const metrics = [...new Set(curves.map(({ metric }) => metric))].sort();
  const place = new Map([...owners.entries()].map(([at, owner]) => [owner, at]));
  const step = new Uint32Array(total);
  const value = new Float32Array(total);
  const banded = request.seeds === 'band';
  const low = new Float32Array(banded ? total : 0);
  const high = new Float32Array(banded ? total : 0);
  const start = new Uint32Array(curves.length + 1);
  let at = 0;
  for (const [curve, { points }] of curves.entries()) {
    const indices = kept[curve];
    start[curve] = at;
    if ('mean' in points) fillBand(points, indices, at, { step, value, low, high });
    else {
      for (let i = 0; i < indices.length; i++) {
        step[at + i] = points.steps[indices[i]];
        value[at + i] = points.values[indices[i]];
      }
    }
    at += indices.length;
  }
  start[curves.length] = at;
  const meta: TimelineMeta = {
    metrics,
    owners,
    points: total,
    pointsBefore: curves.reduce((sum, { points }) => sum + points.steps.length, 0),
  };
  const flat = (values: Uint32Array | Float32Array) => ({ shape: [values.length], values });
  return encodeBundle({
    meta,
    arrays: {
      owner: flat(Uint32Array.from(curves, ({ owner }) => place.get(owner) ?? 0)),
      metric: flat(Uint32Array.from(curves, ({ metric }) => metrics.indexOf(metric))),
      start: flat(start),
      step: flat(step),
      value: flat(value),
      low: flat(low),
      high: flat(high),
    },
  });
}

/** The range between two points that stay is the widest of those left out, so that no excursion of a seed is lost. */
function fillBand(
  points: SeedBand,
  indices: Uint32Array,
  at: number,
  into: { step: Uint32Array; value: Float32Array; low: Float32Array; high: Float32Array },
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    let low = points.low[index];
    let high = points.high[index];
    for (let skipped = index + 1; skipped < (indices[i + 1] ?? 0); skipped++) {
      low = Math.min(low, points.low[skipped]);
      high = Math.max(high, points.high[skipped]);
    }
    into.step[at + i] = points.steps[index];
    into.value[at + i] = points.mean[index];
    into.low[at + i] = low;
    into.high[at + i] = high;
  }
}

function* series(project: Project, { runIds, metrics, fromStep, toStep }: TimelineRequest) {
  yield* project.training.metrics.series({
    ...(runIds === undefined ? {} : { runIds }),
    ...(metrics === undefined ? {} : { names: metrics }),
    ...(fromStep === undefined ? {} : { fromStep }),
    ...(toStep === undefined ? {} : { toStep }),
  });
}

function lines(project: Project, request: TimelineRequest): Curve[] {
  return [...series(project, request)].map((points) => ({
    owner: points.runId,
    metric: points.name,
    points,
  }));
}

function bands(project: Project, request: TimelineRequest): Curve[] {
  const plans = new Map(project.training.list().map((run) => [run.id, planKey(run)]));
  const groups = new Map<
    string,
    { owner: string; metric: string; runs: { steps: Uint32Array; values: Float64Array }[] }
  >();
  for (const points of series(project, request)) {
    const owner = plans.get(points.runId) ?? points.runId;
    const key = `${owner}\n${points.name}`;
    const group = groups.get(key) ?? { owner, metric: points.name, runs: [] };
    group.runs.push(points);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ owner, metric, runs }) => ({ owner, metric, points: seedBand(runs) }));
}
