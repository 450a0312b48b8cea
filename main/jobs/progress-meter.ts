import type { JobProgress } from '../contract/jobs.ts';
import type { Clock } from '../core/clock.ts';
import type { ProgressReport, ReportProgress } from '../core/progress.ts';

/** Least time between two updates of a job's row and of the page. */
export const throttleMs = 300;
/** The rate is told over this much of the recent past: long enough to be calm, short enough to follow a change. */
const windowMs = 15_000;
/** Before this much has been seen of a phase its rate would be a guess. */
const warmUpMs = 1_000;

/**
 * Turns reports per item into updates at most every 300 ms, with units per second over the last 15 s and the time
 * left at that rate. The start and the end of a phase are always told.
 */
export function createProgressMeter(clock: Clock, publish: (progress: JobProgress) => void): ReportProgress {
  let phase: string | null = null;
  let publishedAt = Number.NEGATIVE_INFINITY;
  let publishedDone = Number.NaN;
  let samples: { at: number; done: number }[] = [];

  return (report) => {
    const now = clock.now();
    const turned = report.phase !== phase;
    const ended = report.total !== undefined && report.done >= report.total && report.done !== publishedDone;
    if (!turned && !ended && now - publishedAt < throttleMs) return;
    if (turned || report.done < (samples.at(-1)?.done ?? 0)) samples = [];
    phase = report.phase;
    publishedAt = now;
    publishedDone = report.done;
    samples.push({ at: now, done: report.done });
    // One sample older than the window stays, so that slow steps keep a rate at all.
    while (samples.length > 2 && now - samples[1].at >= windowMs) samples.shift();
    publish(withRate(report, now, samples));
  };
}

function withRate(
  report: ProgressReport,
  now: number,
  samples: readonly { at: number; done: number }[],
): JobProgress {
  const first = samples[0];
  const elapsed = now - first.at;
  const rate = elapsed >= warmUpMs ? ((report.done - first.done) / elapsed) * 1000 : null;
  const left = report.total === undefined ? null : Math.max(0, report.total - report.done);
  return {
    phase: report.phase,
    done: report.done,
    total: report.total ?? null,
    unit: report.unit,
    rate,
    etaSeconds: left === null || rate === null || rate <= 0 ? (left === 0 ? 0 : null) : left / rate,
    ...(report.figures === undefined ? {} : { figures: finite(report.figures) }),
  };
}

/** JSON has no NaN and no infinity. */
function finite(figures: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}
