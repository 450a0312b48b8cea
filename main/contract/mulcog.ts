import { z } from 'zod';
import { intervalSchema } from './encoding.ts';
import { noticeSchema } from './errors.ts';
import { itemLevelSchema, itemModalitySchema, sensorSchema } from './item-sets.ts';
import { provenanceSummarySchema } from './study.ts';

/** What wizard, CLI and job agree on. Every field has a default but the sets. */
export const mulcogParamsSchema = z.object({
  /** Item sets of one or several subjects, kinds of data and languages. */
  setIds: z.array(z.string()).min(1),
  /** "encoder", "vectors", "co-occurrence", "folder:<path>" of a model folder, or "checkpoint:<id>". */
  models: z.array(z.string().min(1)).min(1).default(['encoder', 'vectors', 'co-occurrence']),
  /** Words before the word in question that a contextual model sees. */
  lookBackWords: z.number().int().min(0).max(200).default(20),
  /** Which words leave an impulse in the volumes of stories; "inner" decides on inner folds. */
  words: z.enum(['all', 'content', 'inner']).default('inner'),
  /** Seconds by which the response may come later than SPM's; several are decided on inner folds. */
  responseDelays: z.array(z.number().min(-2).max(6)).min(1).max(6).default([0, 1]),
  /** Outer folds: layer, words and delay are chosen on the other folds. */
  folds: z.number().int().min(2).max(20).default(5),
  /** How often embeddings are shuffled among the items for the null; more often where there are few columns. */
  shuffles: z.number().int().min(4).max(1000).default(24),
  /** Leave out items that some model has no embedding for; refused without, with the list. */
  intersect: z.boolean().default(false),
  seed: z.number().int().nonnegative().default(1),
});
export type MulcogParams = z.infer<typeof mulcogParamsSchema>;

/** A model that the wizard offers. */
export const mulcogModelChoiceSchema = z.object({
  id: z.string(),
  name: z.string(),
  group: z.enum(['bundled', 'project', 'checkpoints']),
});
export type MulcogModelChoice = z.infer<typeof mulcogModelChoiceSchema>;

export const mulcogModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['contextual', 'static', 'count', 'control']),
  layers: z.array(z.string()),
  /** Where it comes from, by language. */
  sources: z.record(z.string(), z.string()),
});
export type MulcogModel = z.infer<typeof mulcogModelSchema>;

/** One subject of a kind of data. */
export const mulcogSubjectSchema = z.object({
  subject: z.string(),
  setId: z.string(),
  setName: z.string(),
  columns: z.number().int(),
  /** Columns left out because they never vary or hold NaN. */
  excludedColumns: z.number().int(),
});

/**
 * A score with what it is held against. Predicting an item from others makes r slightly negative where there is
 * nothing to find, the more so the fewer independent items there are. So the mean r of shuffled embeddings (`bias`, from
 * every second shuffle) is taken off every score; `shuffled` is what the other shuffles then score.
 */
export const mulcogScoreSchema = intervalSchema.extend({
  /** One-sided p over shuffles; never 0. */
  p: z.number(),
  bias: z.number(),
  /** Must be near 0. */
  shuffled: z.number(),
});

/** One row and column of the heat map. */
export const mulcogCellSchema = mulcogScoreSchema.extend({
  kind: z.string(),
  model: z.string(),
  /** Name of the layer. */
  layer: z.string(),
  /** Mean over subjects of each unit: regions, time windows, measures. */
  units: z.array(z.number()),
  /** Score of every subject, in the order of the kind's subjects. */
  subjects: z.array(z.number()),
});
export type MulcogCell = z.infer<typeof mulcogCellSchema>;

/** What the inner folds chose for a model, and how that did on the outer folds. */
export const mulcogChoiceSchema = intervalSchema.extend({
  model: z.string(),
  /** Layer chosen most often over subjects and folds, and in what share of them. */
  layer: z.string(),
  share: z.number(),
  /** Share of content words only, and mean delay (s), where there was a choice; null elsewhere. */
  contentShare: z.number().nullable(),
  delay: z.number().nullable(),
  subjects: z.array(z.number()),
});
export type MulcogChoice = z.infer<typeof mulcogChoiceSchema>;

export const mulcogKindSchema = z.object({
  /** "en-fmri-word" */
  id: z.string(),
  language: z.string(),
  modality: itemModalitySchema,
  level: itemLevelSchema,
  items: z.number().int(),
  /** Items left out because some model lacks them. */
  missing: z.array(z.string()),
  unitKind: z.enum(['region', 'window', 'measure']),
  units: z.array(z.object({ name: z.string(), columns: z.number().int(), seconds: z.number().nullable() })),
  sensors: z.array(sensorSchema).nullable(),
  subjects: z.array(mulcogSubjectSchema),
  /**
   * How well subjects know each other: r with the mean of the others where they have the same columns, else similarity
   * encoding with the others' patterns as embeddings; null for one subject.
   */
  ceiling: z.object({ value: z.number(), how: z.enum(['measures', 'patterns']) }).nullable(),
  /** What the training mean reaches: r across items, and the released trial-wise score (word fMRI only). */
  meanPattern: z.object({ itemwise: z.number(), trialwise: z.number().nullable() }),
  choices: z.array(mulcogChoiceSchema),
});
export type MulcogKind = z.infer<typeof mulcogKindSchema>;

/** Whether deep layers gain more in fMRI than in MEG: difference of differences, with its interval. */
export const layerContrastSchema = intervalSchema.extend({
  language: z.string(),
  model: z.string(),
  shallow: z.string(),
  deep: z.string(),
  /** Mean layer number (0 the lowest) weighted by score above the lowest, per kind. */
  depth: z.array(z.object({ kind: z.string(), depth: z.number(), best: z.string() })),
});

/** Context-aware against context-free models at one level. */
export const growthSchema = z.object({
  kind: z.string(),
  contextual: z.number(),
  static: z.number(),
  difference: intervalSchema,
});

export const mulcogResultSchema = z.object({
  study: z.literal('mulcog'),
  params: mulcogParamsSchema,
  simulated: z.boolean(),
  models: z.array(mulcogModelSchema),
  kinds: z.array(mulcogKindSchema),
  cells: z.array(mulcogCellSchema),
  contrasts: z.array(layerContrastSchema),
  growth: z.array(growthSchema),
  /** Agreement of the two languages over cells of the same model, layer and kind, column means removed. */
  languages: z
    .object({ first: z.string(), second: z.string(), r: z.number(), p: z.number(), cells: z.number().int() })
    .nullable(),
  notices: z.array(noticeSchema),
  provenance: provenanceSummarySchema,
});
export type MulcogResult = z.infer<typeof mulcogResultSchema>;

/** One cell of the difference of two runs. */
export const mulcogDifferenceSchema = z.object({
  kind: z.string(),
  model: z.string(),
  layer: z.string(),
  /** r as it is, nothing taken off. */
  first: z.number(),
  second: z.number(),
  difference: z.number(),
  /** Two-sided sign-flip p over stories, sentences or words; and the same corrected over all cells. */
  p: z.number(),
  pMax: z.number(),
  /** How many of these were flipped. */
  groups: z.number().int(),
});
export type MulcogDifference = z.infer<typeof mulcogDifferenceSchema>;
