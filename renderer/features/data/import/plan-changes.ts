import type { ImportPlan, ImportProbe, PlannedRun, ProbedRun } from '../../../../main/contract/importing.ts';

/** The plan's entry of a run as the probe suggests it. */
export function plannedFromProbe(run: ProbedRun): PlannedRun {
  return {
    image: run.image,
    subject: run.subject,
    session: run.session,
    task: run.task,
    run: run.run,
    words: run.wordCandidates[0]?.source ?? null,
    confoundsPath: run.confoundsPath,
    maskPath: run.maskPath,
    repetitionTime: null,
    simulated: run.simulated,
    keepPersonal: false,
  };
}

/** The plan with a run taken in or left out, in the probe's order. The last run can't be left out. */
export function withRun(plan: ImportPlan, probe: ImportProbe, run: ProbedRun, taken: boolean): ImportPlan {
  const kept = new Map(plan.runs.map((planned) => [planned.image, planned]));
  if (taken) kept.set(run.image, kept.get(run.image) ?? plannedFromProbe(run));
  else kept.delete(run.image);
  const runs = probe.runs.flatMap((candidate) => kept.get(candidate.image) ?? []);
  return runs.length === 0 ? plan : { ...plan, runs };
}

/** The plan with one of its runs changed. */
export function changeRun(plan: ImportPlan, image: string, change: Partial<PlannedRun>): ImportPlan {
  return { ...plan, runs: plan.runs.map((run) => (run.image === image ? { ...run, ...change } : run)) };
}
