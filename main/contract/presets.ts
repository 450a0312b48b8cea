import { z } from 'zod';

/** Imports whose choices can be remembered. */
export const presetKindSchema = z.enum(['fmri', 'meeg', 'eyetracking', 'pressure', 'ratings']);
export type PresetKind = z.infer<typeof presetKindSchema>;

/** Choices of an import under a name, remembered by this lab's machine and not by a project. */
export const presetSchema = z.object({
  name: z.string().trim().min(1).max(80),
  kind: presetKindSchema,
  /** What files of the same layout have in common, such as format, columns and unit. */
  layout: z.string(),
  choices: z.record(z.string(), z.unknown()),
  savedAt: z.number(),
});
export type Preset = z.infer<typeof presetSchema>;

/** What names one recording, or is no matter of habit: never part of a preset. */
const own = new Set([
  'path',
  'name',
  'runs',
  'subject',
  'session',
  'task',
  'run',
  'simulated',
  'keepPersonal',
  'wordsPath',
  'sheet',
]);

/** The choices of a plan that hold for other files of its layout too. */
export function presetChoices(plan: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plan).filter(([key]) => !own.has(key)));
}

/** The presets of one import, those of the same layout first, the latest on top. */
export function presetsFor(presets: readonly Preset[], kind: PresetKind, layout: string | null): Preset[] {
  const near = (preset: Preset): number => (preset.layout === layout ? 1 : 0);
  return presets
    .filter((preset) => preset.kind === kind)
    .sort((a, b) => near(b) - near(a) || b.savedAt - a.savedAt);
}
