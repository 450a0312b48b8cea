import type { TimelineRun } from '../../../main/contract/timeline.ts';

/** Runs that differ in their seed alone. */
export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly runs: readonly TimelineRun[];
}

/** Runs by plan, in the order of the list; seeds of a plan ascending. */
export function plansOf(runs: readonly TimelineRun[]): Plan[] {
  const groups = new Map<string, TimelineRun[]>();
  for (const run of runs) {
    const group = groups.get(run.plan);
    if (group === undefined) groups.set(run.plan, [run]);
    else group.push(run);
  }
  return [...groups].map(([id, members]) => ({
    id,
    name: commonName(members.map(({ name }) => name)),
    runs: members.toSorted((a, b) => (a.seed ?? 0) - (b.seed ?? 0)),
  }));
}

/** What the names of a plan's runs begin with alike: "tiny" of "tiny, seed 1" and "tiny, seed 2". */
function commonName(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (others.every((name) => name === first)) return first;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  const shared = first.slice(0, length).replace(/[\s,;:(\-–]*(seed|种子)?[\s,;:(\-–]*$/i, '');
  return shared === '' ? first : shared;
}

/** Plans whose name or run ids hold what was typed. */
export function findPlans(plans: readonly Plan[], typed: string): readonly Plan[] {
  const wanted = typed.trim().toLowerCase();
  return wanted === '' ? plans : plans.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** Whether something may still be added to a run. */
export function isLive({ state }: Pick<TimelineRun, 'state'>): boolean {
  return state === 'waiting' || state === 'training';
}
