import { basename } from 'node:path';
import type { PlannedRun } from '../../contract/importing.ts';
import type { Recording } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import { runLabel } from './plan.ts';

/**
 * Runs of a plan that cannot be imported because of their names: of several with one subject, session, task and run
 * only the first is, and none that the project has already.
 */
export function clashes(
  runs: readonly PlannedRun[],
  existing: readonly Recording[],
): Map<PlannedRun, UserError> {
  const refused = new Map<PlannedRun, UserError>();
  const known = new Set(existing.map(runLabel));
  const taken = new Map<string, PlannedRun>();
  for (const run of runs) {
    const label = runLabel(run);
    const first = taken.get(label);
    if (known.has(label)) {
      refused.set(
        run,
        new UserError(
          'import.already-there',
          `${label} is in this project already: undo that import first, or give this run another label.`,
          { label },
        ),
      );
    } else if (first) {
      const params = { label, first: basename(first.image), second: basename(run.image) };
      refused.set(
        run,
        new UserError(
          'import.two-runs-one-name',
          `${params.first} and ${params.second} both claim to be ${label}: give one of them another run label.`,
          params,
        ),
      );
    } else taken.set(label, run);
  }
  return refused;
}
