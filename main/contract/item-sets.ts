import { z } from 'zod';
import { noticeSchema } from './errors.ts';

/** Kinds of cognitive data that are compared item by item. */
export const itemModalitySchema = z.enum(['rating', 'eye', 'fmri', 'meg']);
export type ItemModality = z.infer<typeof itemModalitySchema>;

/** How much language surrounds an item: none, its sentence, its story. */
export const itemLevelSchema = z.enum(['word', 'sentence', 'discourse']);
export type ItemLevel = z.infer<typeof itemLevelSchema>;

export const itemWordSchema = z.object({
  text: z.string(),
  /** Seconds from the first volume to the end of the word; null where the data have no clock. */
  end: z.number().nullable(),
  /** False for punctuation and others that have no response of their own; they still are context for a model. */
  counts: z.boolean(),
});
export type ItemWord = z.infer<typeof itemWordSchema>;

/** Words in the order they were read or heard: a story, a sentence, or a single word. */
export const itemTextSchema = z.object({ name: z.string(), words: z.array(itemWordSchema) });
export type ItemText = z.infer<typeof itemTextSchema>;

/** What a row of the data belongs to. */
export const itemRowsSchema = z.discriminatedUnion('kind', [
  /** One row a word: number of the text, and of the word in it, both from 0. */
  z.object({
    kind: z.literal('words'),
    text: z.array(z.number().int().nonnegative()),
    word: z.array(z.number().int().nonnegative()),
  }),
  /** One row a volume, text after text: `counts` volumes each, every `interval` seconds, the first `skipped` left out. */
  z.object({
    kind: z.literal('samples'),
    interval: z.number().positive(),
    skipped: z.number().int().nonnegative(),
    counts: z.array(z.number().int().nonnegative()),
  }),
]);
export type ItemRows = z.infer<typeof itemRowsSchema>;

/** Columns that are looked at together: a region's voxels, a time window's sensors, one rating. */
export const itemUnitSchema = z.object({
  name: z.string(),
  columns: z.number().int().positive(),
  /** Middle of a time window in seconds from word onset; null for other units. */
  seconds: z.number().nullable(),
});
export type ItemUnit = z.infer<typeof itemUnitSchema>;

/** Where a sensor lies in a flat picture of the helmet seen from above, nose up, within the unit circle. */
export const sensorSchema = z.object({ name: z.string(), x: z.number(), y: z.number() });
export type Sensor = z.infer<typeof sensorSchema>;

/** Data of one subject, one row an item; the array at `dataArrayId` is float32 row × column, unit after unit. */
export const itemSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Primary language subtag: "en", "zh". */
  language: z.string(),
  modality: itemModalitySchema,
  level: itemLevelSchema,
  /** "01"; "mean" for data that were averaged over people before they were published. */
  subject: z.string(),
  /** Names the texts, which sets share. */
  textsHash: z.string(),
  dataArrayId: z.string(),
  rows: itemRowsSchema,
  units: z.array(itemUnitSchema).min(1),
  /** Positions of the columns of every unit, for MEG; null elsewhere or where the files give none. */
  sensors: z.array(sensorSchema).nullable(),
  simulated: z.boolean(),
  sourceFiles: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
  notices: z.array(noticeSchema),
});
export type ItemSet = z.infer<typeof itemSetSchema>;
