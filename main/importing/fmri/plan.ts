import type { ImportPlan, ImportProbe, PlannedRun, ProbedRun } from '../../contract/importing.ts';
import { importPlanSchema } from '../../contract/importing.ts';
import { UserError } from '../../core/errors.ts';

/**
 * The plan that a probe suggests: every importable run once (of several spaces of one run the template space is
 * taken, of raw and derivative the derivative), best word source, found masks and confounds.
 * @throws UserError `import.no-runs` where nothing can be imported
 */
export function suggestPlan(probe: ImportProbe): ImportPlan {
  const chosen = new Map<string, ProbedRun>();
  for (const run of probe.runs) {
    if (!run.importable) continue;
    const key = runLabel(run);
    const other = chosen.get(key);
    // Loose files that claim one name are both kept: the import then names the clash instead of hiding it.
    if (other === undefined) chosen.set(key, run);
    else if (preference(run) > preference(other)) chosen.set(key, run);
    else if (preference(run) === preference(other)) chosen.set(`${key} ${run.image}`, run);
  }
  if (chosen.size === 0) {
    const reason =
      probe.runs.find((run) => run.problem)?.problem?.message ?? probe.missingData[0]?.reason.message;
    throw new UserError(
      'import.no-runs',
      `Nothing under ${probe.paths.join(', ')} can be imported as fMRI${reason ? `: ${reason}` : '.'}`,
      { path: probe.paths.join(', ') },
    );
  }
  const runs = [...chosen.values()].map(plannedRun);
  return importPlanSchema.parse({
    name: probe.dataset?.name ?? 'fMRI',
    runs,
    mask: { kind: runs.some((run) => run.maskPath !== null) ? 'found' : 'automatic' },
    confounds: { motion: runs.every((run) => run.confoundsPath === null) ? 'none' : '24' },
  });
}

/** "sub-01 ses-1 task-story run-2", for people and as a run's identity. */
export function runLabel(run: Pick<PlannedRun, 'subject' | 'session' | 'task' | 'run'>): string {
  const parts = [
    `sub-${run.subject}`,
    run.session && `ses-${run.session}`,
    `task-${run.task}`,
    run.run && `run-${run.run}`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** Every file that a plan would read, for whoever checks that they lie in allowed folders. */
export function planPaths(plan: ImportPlan): string[] {
  const found = plan.runs.flatMap((run) => [run.image, run.confoundsPath, run.maskPath, run.words?.path]);
  if (plan.mask.kind === 'file') found.push(plan.mask.path);
  return [...new Set(found.filter((path): path is string => typeof path === 'string'))];
}

function preference(run: ProbedRun): number {
  return (run.confoundsPath ? 1 : 0) + (run.space?.startsWith('MNI') ? 2 : run.space ? 1 : 0);
}

function plannedRun(run: ProbedRun): PlannedRun {
  return {
    image: run.image,
    subject: run.subject,
    session: run.session,
    task: run.task,
    run: run.run,
    words: run.wordCandidates[0]?.source ?? null,
    confoundsPath: run.confoundsPath,
    maskPath: run.maskPath,
    repetitionTime: run.repetitionTime,
    simulated: run.simulated,
    keepPersonal: false,
  };
}
