import type { MeegPlan, PlannedMeeg, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';

/** The plan with a recording taken in or left out; the last one stays. */
export function withMeegRun(plan: MeegPlan, run: ProbedMeeg, taken: boolean): MeegPlan {
  const others = plan.runs.filter(({ path }) => path !== run.path);
  if (!taken) return others.length === 0 ? plan : { ...plan, runs: others };
  const { path, subject, session, task, run: number, channels, places } = run;
  const bads = channels.filter(({ bad }) => bad).map(({ name }) => name);
  return {
    ...plan,
    runs: [
      ...others,
      {
        path,
        subject,
        session,
        task,
        run: number,
        bads,
        types: {},
        voltUnit: null,
        positions: places?.positions ?? {},
        head: places?.head ?? null,
        eventsPath: null,
        simulated: false,
        keepPersonal: false,
      },
    ],
  };
}

/** The plan with changes to one recording. */
export function withRunChanges(plan: MeegPlan, path: string, changes: Partial<PlannedMeeg>): MeegPlan {
  return { ...plan, runs: plan.runs.map((run) => (run.path === path ? { ...run, ...changes } : run)) };
}

/** The plan with a channel's mark turned: bad ones good, good ones bad. */
export function withToggledBad(plan: MeegPlan, path: string, name: string): MeegPlan {
  const run = plan.runs.find((one) => one.path === path);
  if (run === undefined) return plan;
  const bads = run.bads.includes(name) ? run.bads.filter((one) => one !== name) : [...run.bads, name];
  return withRunChanges(plan, path, { bads });
}

/** Multiples of the mains frequency below half the sampling rate. */
export function harmonics(frequency: number, sfreq: number): number[] {
  return Array.from({ length: 20 }, (_, index) => frequency * (index + 1)).filter(
    (one) => one + 2 < sfreq / 2,
  );
}
