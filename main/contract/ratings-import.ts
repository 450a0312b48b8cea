import { z } from 'zod';
import { errorInfoSchema, noticeSchema } from './errors.ts';

/** One scale that words are rated on. */
export const ratedDimensionSchema = z.object({
  name: z.string().min(1),
  /** Columns of its values: one, or one a rater. */
  columns: z.array(z.string()).min(1),
  /** Columns of published standard deviations and numbers of raters, beside a column of means. */
  sd: z.string().nullable().default(null),
  n: z.string().nullable().default(null),
});

/** How the columns of a table of ratings are to be read. */
export const ratingsMappingSchema = z.object({
  word: z.string().min(1),
  /** Column that names the rater of a row; null where a row is of all raters. */
  rater: z.string().nullable().default(null),
  /** Long tables: one judgement a row, the dimension named in a column. Null: every dimension has columns of its own. */
  long: z.object({ dimension: z.string(), value: z.string() }).nullable().default(null),
  /** Of wide tables; empty for long ones. */
  dimensions: z.array(ratedDimensionSchema).default([]),
});
export type RatingsMapping = z.infer<typeof ratingsMappingSchema>;

/** How one table of ratings is to be read and named. */
export const plannedRatingsSchema = z.object({
  path: z.string(),
  /** Sheet of a workbook; null takes the first that holds ratings. */
  sheet: z.string().nullable().default(null),
  name: z.string().min(1),
  /** Primary language subtag of the words: "en", "zh". */
  language: z.string().min(2).default('en'),
  /** Columns; null takes the guess. */
  mapping: ratingsMappingSchema.nullable().default(null),
  /** Words without a value on some dimension: left out, or kept with a gap (studies leave out dimensions with gaps). */
  incomplete: z.enum(['drop', 'keep']).default('drop'),
  simulated: z.boolean().default(false),
});
export type PlannedRatings = z.infer<typeof plannedRatingsSchema>;

export const ratingsPlanSchema = z.object({ files: z.array(plannedRatingsSchema).min(1) });
export type RatingsPlan = z.infer<typeof ratingsPlanSchema>;

/** One table found, with its first rows and the guess at its columns. */
export const probedRatingsSchema = z.object({
  path: z.string(),
  sheets: z.array(z.string()),
  columns: z.array(z.string()),
  /** The first rows, cell by cell. */
  rows: z.array(z.array(z.string())),
  rowCount: z.number(),
  guess: ratingsMappingSchema.nullable(),
  /** How sure the guess is, 0 to 1. */
  confidence: z.number(),
  plan: plannedRatingsSchema.nullable(),
  problem: errorInfoSchema.nullable(),
  notices: z.array(noticeSchema),
});
export type ProbedRatings = z.infer<typeof probedRatingsSchema>;

/** One dimension of a table as it would be stored. */
export const ratedSummarySchema = z.object({
  name: z.string(),
  words: z.number(),
  mean: z.number(),
  /** Of the words' means. */
  sd: z.number(),
  lowest: z.number(),
  highest: z.number(),
  /** Words in equal steps from lowest to highest. */
  histogram: z.array(z.number()),
  /** Mean over words of the spread between raters; null where one value a word is all there is. */
  raterSd: z.number().nullable(),
  /** Fewest and most ratings of a word. */
  ratings: z.tuple([z.number(), z.number()]).nullable(),
  agreement: z
    .object({
      completeWords: z.number(),
      raters: z.number(),
      icc2k: z.number().nullable(),
      alpha: z.number().nullable(),
      icc1k: z.number().nullable(),
    })
    .nullable(),
});
export type RatedSummary = z.infer<typeof ratedSummarySchema>;

/** What importing one table would see. */
export const ratingsPreviewSchema = z.object({
  words: z.number(),
  raters: z.number().nullable(),
  dimensions: z.array(ratedSummarySchema),
  /** The first words with their means, in the order of `dimensions`. */
  first: z.array(z.object({ word: z.string(), means: z.array(z.number().nullable()) })),
  notices: z.array(noticeSchema),
});
export type RatingsPreview = z.infer<typeof ratingsPreviewSchema>;
