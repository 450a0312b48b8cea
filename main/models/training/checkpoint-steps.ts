import type { CheckpointSchedule } from '../../contract/training.ts';

/** The steps that become checkpoints, ascending: those of the schedule, the first (0) and the last. */
export function checkpointSteps(schedule: CheckpointSchedule, totalSteps: number): number[] {
  const steps = new Set([0, totalSteps]);
  if (schedule.kind === 'at') for (const step of schedule.steps) steps.add(step);
  if (schedule.kind === 'every') {
    for (let step = schedule.steps; step < totalSteps; step += schedule.steps) steps.add(step);
  }
  if (schedule.kind === 'log') {
    const at = (rung: number) => Math.round(2 ** (rung / schedule.perDoubling));
    for (let rung = 0; at(rung) < totalSteps; rung++) steps.add(at(rung));
  }
  return [...steps].filter((step) => step <= totalSteps).sort((a, b) => a - b);
}
