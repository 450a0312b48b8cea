import { z } from 'zod';
import { type MeegPlan, meegPlanSchema, type ProbedMeeg, plannedMeegSchema } from './meeg-import.ts';

/** What was set by hand about the recordings of one cap or helmet; part of a preset. */
export const meegMarksSchema = z.object({
  /** Types that differ from the file's. */
  channelTypes: z.record(z.string(), z.string()).default({}),
  /** Channels marked bad that the file calls good, and the other way round. */
  markedBad: z.array(z.string()).default([]),
  markedGood: z.array(z.string()).default([]),
  /** The same amplifier writes the same wrong unit; left out by presets of before, which change nothing then. */
  voltUnit: plannedMeegSchema.shape.voltUnit.unwrap().optional(),
});
export type MeegMarks = z.infer<typeof meegMarksSchema>;

/** What a plan sets by hand about one of its recordings. */
export function marksOf(plan: MeegPlan, probed: Pick<ProbedMeeg, 'path' | 'channels'>): MeegMarks {
  const run = plan.runs.find(({ path }) => path === probed.path);
  const bads = run?.bads ?? [];
  const named = (bad: boolean): string[] =>
    probed.channels
      .filter((one) => one.bad !== bad && bads.includes(one.name) === bad)
      .map(({ name }) => name);
  return {
    channelTypes: { ...run?.types },
    markedBad: named(true),
    markedGood: named(false),
    voltUnit: run?.voltUnit ?? null,
  };
}

/**
 * The plan with a preset's choices, its unit of voltages and its marks on every recording that has channels of those
 * names. Channels that a recording lacks are passed over.
 */
export function withRemembered(
  plan: MeegPlan,
  choices: Readonly<Record<string, unknown>>,
  probed: readonly Pick<ProbedMeeg, 'path' | 'channels'>[],
): MeegPlan {
  const { channelTypes, markedBad, markedGood, voltUnit } = meegMarksSchema.parse(choices);
  const next = meegPlanSchema.parse({ ...plan, ...choices });
  const runs = next.runs.map((run) => {
    const names = new Set(probed.find(({ path }) => path === run.path)?.channels.map(({ name }) => name));
    const bads = [...run.bads, ...markedBad.filter((name) => names.has(name))];
    return {
      ...run,
      voltUnit: voltUnit === undefined ? run.voltUnit : voltUnit,
      types: {
        ...run.types,
        ...Object.fromEntries(Object.entries(channelTypes).filter(([name]) => names.has(name))),
      },
      bads: [...new Set(bads)].filter((name) => !markedGood.includes(name)),
    };
  });
  return { ...next, runs };
}
