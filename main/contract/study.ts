import { z } from 'zod';

/** Which studies there are; one entry per folder of main/studies. */
export const studyInfoSchema = z.object({
  /** "encoding" */
  name: z.string(),
  /** Job type that runs it: "study.encoding". */
  jobType: z.string(),
  title: z.string(),
  description: z.string(),
});
export type StudyInfo = z.infer<typeof studyInfoSchema>;

/** Where a number comes from: everything needed to make it again, or to say why that is not possible. */
export const provenanceSummarySchema = z.object({
  codeVersion: z.string(),
  /** Seed of every random draw of the run. */
  seed: z.number().int(),
  startedAt: z.number(),
  endedAt: z.number(),
  platform: z.string(),
  /** Versions of what computed it: node, onnxruntime, gyrus. */
  versions: z.record(z.string(), z.string()),
  /** Files the recordings and stimuli were read from. */
  inputs: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
});
export type ProvenanceSummary = z.infer<typeof provenanceSummarySchema>;

/** One training/test split of one subject: sample ranges of recordings, end exclusive, edges already trimmed. */
export const splitFoldSchema = z.object({
  test: z.array(z.object({ recordingId: z.string(), start: z.number().int(), end: z.number().int() })),
  train: z.array(z.object({ recordingId: z.string(), start: z.number().int(), end: z.number().int() })),
});

/** The split that every study of a dataset shares; `hash` names it. */
export const splitManifestSchema = z.object({
  kind: z.enum(['leave-one-run-out', 'contiguous']),
  trim: z.number().int(),
  folds: z.array(splitFoldSchema),
  /** Recordings that share a stimulus and therefore never stand on both sides of a fold. */
  repeatGroups: z.array(z.array(z.string())),
  hash: z.string(),
});
export type SplitManifest = z.infer<typeof splitManifestSchema>;
