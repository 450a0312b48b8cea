import { z } from 'zod';

const count = z.number().int().positive();

/** Where text comes from: a UTF-8 file, or a bundled corpus (with languages by ISO 639-3 code, for udhr). */
export const corpusSourceSchema = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({
    bundled: z.enum(['state-of-the-union', 'udhr']),
    languages: z.array(z.string()).min(1).optional(),
  }),
]);
export type CorpusSource = z.infer<typeof corpusSourceSchema>;

/** Sizes of a model that starts from nothing. */
export const scratchModelSchema = z.strictObject({
  family: z.enum(['gpt2', 'bert']),
  layers: count.max(96),
  heads: count.max(128),
  width: count.max(16_384),
  /** Tokens of the byte-level BPE that is trained on the corpus first. */
  vocabulary: count.min(264).max(262_144).default(2048),
});
export type ScratchModel = z.infer<typeof scratchModelSchema>;

/** What is trained: a new model, a Hugging Face folder, or a checkpoint of this project. */
export const modelSourceSchema = z.union([
  scratchModelSchema,
  z.strictObject({ folder: z.string().min(1) }),
  z.strictObject({ checkpoint: z.string().min(1) }),
]);

export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adamw'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-8),
    weightDecay: z.number().min(0).default(0.01),
  }),
  z.strictObject({
    kind: z.literal('sgd'),
    momentum: z.number().min(0).lt(1).default(0.9),
    weightDecay: z.number().min(0).default(0),
  }),
]);

/** Which steps become checkpoints; the first (0) and the last always do. */
export const checkpointScheduleSchema = z.discriminatedUnion('kind', [
  /** 0, 1, 2, 4, 8, …: early training happens on a logarithmic scale. `perDoubling` puts more between. */
  z.strictObject({ kind: z.literal('log'), perDoubling: count.max(16).default(1) }),
  z.strictObject({ kind: z.literal('every'), steps: count }),
  z.strictObject({ kind: z.literal('at'), steps: z.array(z.number().int().nonnegative()).min(1) }),
]);
export type CheckpointSchedule = z.infer<typeof checkpointScheduleSchema>;

/** A training plan: CONFIG.json of `gyrus model train`. One run per seed, all else equal. */
export const trainingPlanSchema = z.strictObject({
  name: z.string().trim().min(1),
  model: modelSourceSchema,
  corpus: z.array(corpusSourceSchema).min(1),
  /** Share of the corpus that scores and never trains. */
  heldOut: z.number().min(0.01).max(0.5).default(0.1),
  /** Sequences of one pass, tokens of one sequence, passes whose gradients make one step. */
  batch: count.max(4096).default(16),
  sequence: count.min(4).max(8192).default(64),
  accumulate: count.max(1024).default(1),
  steps: count,
  learningRate: z
    .strictObject({
      peak: z.number().positive().max(100).default(1e-3),
      warmup: z.number().int().nonnegative().default(100),
      schedule: z.enum(['constant', 'linear', 'cosine']).default('cosine'),
      floor: z.number().min(0).max(1).default(0.1),
    })
    .prefault({}),
  optimizer: optimizerSchema.prefault({ kind: 'adamw' }),
  /** Largest joint norm of the gradients; null leaves them as they are. */
  clip: z.number().positive().nullable().default(1),
  /** Of matrix products; all else is float32. float16 is for graphics cards, with the loss scaled as needed. */
  precision: z.enum(['float32', 'float16']).default('float32'),
  /** Share of tokens that a BERT has to guess. */
  masked: z.number().min(0.01).max(0.9).default(0.15),
  checkpoints: checkpointScheduleSchema.prefault({ kind: 'log' }),
  seeds: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(2 ** 31 - 1),
    )
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'every seed may be named once')
    .default([1]),
  /** Sequences of the held-out text that are scored at each checkpoint. */
  evaluateSequences: count.max(100_000).default(256),
  /** Named, never chosen by measuring: a run is only repeated to the bit by the same provider. */
  device: z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']).default('cpu'),
});
export type TrainingPlan = z.infer<typeof trainingPlanSchema>;
