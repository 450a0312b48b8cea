import { systemClock } from '../../core/clock.ts';
import type { ReportProgress } from '../../core/progress.ts';
import { createProgressMeter } from '../../jobs/progress-meter.ts';
import type { CommandDeps } from '../command.ts';
import { progressLine } from '../progress-line.ts';

/** Work shorter than this is not worth a line. */
const QUIET_MS = 2_000;

/** Does work and shows on stderr how far it is, with rate and time left, once it takes more than two seconds. */
export async function showProgress<T>(
  deps: CommandDeps,
  work: (report: ReportProgress) => Promise<T>,
): Promise<T> {
  const line = progressLine(deps);
  const started = systemClock.now();
  const meter = createProgressMeter(systemClock, (progress) => {
    if (systemClock.now() - started > QUIET_MS) line.show(progress);
  });
  try {
    return await work(meter);
  } finally {
    line.end();
  }
}
