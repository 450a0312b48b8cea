import { z } from 'zod';

/** How far a training run has come. A paused one goes on when its job is resumed. */
export const trainingStateSchema = z.enum([
  'waiting',
  'training',
  'paused',
  'complete',
  'diverged',
  'failed',
]);
export type TrainingState = z.infer<typeof trainingStateSchema>;

/** One series of checkpoints: trained here with one seed, or imported from folders. */
export const trainingRunSchema = z.object({
  id: z.string(),
  /** Shared by the runs of one plan, which differ in their seed alone: what a band is drawn over. */
  plan: z.string(),
  name: z.string(),
  origin: z.enum(['trained', 'imported']),
  state: trainingStateSchema,
  /** Null where nobody knows it (imported series). */
  seed: z.number().int().nullable(),
  /** Model's config.json, as Hugging Face folders have it. */
  config: z.record(z.string(), z.unknown()),
  /** The training plan as it was given, or where the series came from. */
  settings: z.unknown(),
  /** What computed it: "cpu", "webgpu", ...; null for imported series. */
  provider: z.string().nullable(),
  codeVersion: z.string(),
  /** True where the text it learnt from was made by a simulator. */
  simulated: z.boolean(),
  /** Tokens that one step sees, which turns steps into tokens; null where nobody knows it. */
  tokensPerStep: z.number().int().nullable(),
  totalSteps: z.number().int().nullable(),
  /** Why it stopped before its end, one sentence with its code; null where it did not. */
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
    })
    .nullable(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
});
export type TrainingRun = z.infer<typeof trainingRunSchema>;

/** All weights at one step. The weights themselves are tensors, kept once each. */
export const checkpointSchema = z.object({
  id: z.string(),
  runId: z.string(),
  step: z.number().int().nonnegative(),
  /** Tokens seen so far; null where nobody knows it. */
  tokens: z.number().int().nonnegative().nullable(),
  /** Folder it was imported from; null for our own. */
  source: z.string().nullable(),
  createdAt: z.number(),
  tensors: z.number().int(),
  parameters: z.number().int(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** One tensor of a checkpoint, without its values. */
export const tensorEntrySchema = z.object({
  /** As in the files of its family, without prefix. */
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  /** SHA-256 (hexadecimal) over shape and values: equal tensors have equal hashes, and are kept once. */
  hash: z.string(),
  /** Euclidean norm of its values; null where one of them is not a finite number. */
  norm: z.number().nullable(),
});
export type TensorEntry = z.infer<typeof tensorEntrySchema>;

/** What is known of one metric of one run without its points. */
export const metricInfoSchema = z.object({
  runId: z.string(),
  /** "loss", "held-out-loss", "learning-rate", "gradient-norm", "tokens-per-second", or a study's own. */
  name: z.string(),
  points: z.number().int(),
  firstStep: z.number().int(),
  lastStep: z.number().int(),
});
export type MetricInfo = z.infer<typeof metricInfoSchema>;

/** What can be wrong with one checkpoint of a series. */
export const checkpointFaultSchema = z.enum([
  'duplicate',
  'out-of-order',
  'off-course',
  'norm-jump',
  'cosine-jump',
  'weights-jump',
  'not-finite',
  'other-tensors',
]);
export type CheckpointFault = z.infer<typeof checkpointFaultSchema>;

/** The audit's word on one step. */
export const checkpointVerdictSchema = z.object({
  checkpointId: z.string(),
  step: z.number().int(),
  verdict: z.enum(['sound', 'suspect', 'faulty']),
  /** Each with one sentence that says what was seen and against what it was held. */
  faults: z.array(z.object({ fault: checkpointFaultSchema, message: z.string() })),
  /** Step whose weights these are (duplicate), or beside which they lie (out of order); null elsewhere. */
  resembles: z.number().int().nullable(),
  /** Euclidean norm of all weights together; null where one of them is not a finite number. */
  norm: z.number().nullable(),
  /** Cosine of all weights with those of the first sound step; null where it cannot be told. */
  cosineToFirst: z.number().nullable(),
  /** Norm of the difference to the step before, relative to that step's norm; null at the first step. */
  change: z.number().nullable(),
  /** Place along the main direction of training, 0 (first) to 1 (last sound step); null in series under 4 steps. */
  progress: z.number().nullable(),
});
export type CheckpointVerdict = z.infer<typeof checkpointVerdictSchema>;

/** What an audit of a series found; kept with the run until its checkpoints change. */
export const checkpointAuditSchema = z.object({
  runId: z.string(),
  verdicts: z.array(checkpointVerdictSchema),
  faulty: z.number().int(),
  suspect: z.number().int(),
});
export type CheckpointAudit = z.infer<typeof checkpointAuditSchema>;

/** One tensor in two checkpoints. */
export const tensorComparisonSchema = z.object({
  name: z.string(),
  shape: z.array(z.number().int()),
  normFirst: z.number().nullable(),
  normSecond: z.number().nullable(),
  /** Null where one of the two is zero or not finite. */
  cosine: z.number().nullable(),
  /** Euclidean norm of second − first; null where it is not finite. */
  update: z.number().nullable(),
  /** The same relative to the first's norm; null where that is zero. */
  relativeUpdate: z.number().nullable(),
  /** Whether every bit is the same. */
  identical: z.boolean(),
});

/** Two checkpoints side by side; layers only where a text was given. */
export const checkpointComparisonSchema = z.object({
  first: checkpointSchema,
  second: checkpointSchema,
  tensors: z.array(tensorComparisonSchema),
  /** Names that only one of the two has, or has in another shape. */
  unmatched: z.array(z.string()),
  /** Linear CKA of the hidden states of every layer (0: embeddings) on the text; null where none was given. */
  layers: z.array(z.object({ layer: z.number().int(), cka: z.number() })).nullable(),
  /** Tokens of the text that the similarity was computed on. */
  tokens: z.number().int().nullable(),
});
export type CheckpointComparison = z.infer<typeof checkpointComparisonSchema>;

/** Parameters of the job "checkpoint.audit", whose result is a CheckpointAudit. */
export const auditParamsSchema = z.object({ runId: z.string() });

/** Parameters of the job "checkpoint.compare", whose result is a CheckpointComparison. */
export const compareParamsSchema = z.object({
  first: z.string(),
  second: z.string(),
  /** Text on which layers are compared; left out, tensors alone are. */
  text: z.string().optional(),
});

/** Parameters of the job "import.checkpoints", whose result is the TrainingRun that it made. */
export const importSeriesParamsSchema = z.object({
  folders: z.array(z.string()).min(1),
  name: z.string().min(1),
});
