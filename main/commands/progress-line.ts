import type { JobProgress } from '../contract/jobs.ts';
import type { CommandDeps } from './command.ts';

/** A single line on stderr that keeps being rewritten: phase, done of total, rate, time left. */
export function progressLine(deps: CommandDeps): { show(progress: JobProgress): void; end(): void } {
  let width = 0;
  return {
    show(progress) {
      const text = describe(progress);
      deps.err(`\r${text.padEnd(width)}`);
      width = text.length;
    },
    end() {
      if (width > 0) deps.err('\n');
      width = 0;
    },
  };
}

function describe({ phase, done, total, unit, rate, etaSeconds }: JobProgress): string {
  const amount = total === null ? `${done} ${unit}` : `${done} of ${total} ${unit}`;
  const speed = rate === null ? '' : `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} ${unit}/s`;
  const left = etaSeconds === null ? '' : `, ${Math.ceil(etaSeconds)} s left`;
  return `${phase}: ${amount}${speed}${left}`;
}
