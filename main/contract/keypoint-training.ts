import { z } from 'zod';
import { checkpointScheduleSchema } from './training.ts';

const weight = z.number().nonnegative().max(1e6);

/** Losses beside reconstruction that can be weighted or left out (0); what is not named keeps the preset's weight. */
export const keypointLossesSchema = z
  .strictObject({
    concentration: weight,
    separation: weight,
    equivariance: weight,
    coverage: weight,
    temporal: weight,
  })
  .partial();

/** How a keypoint model is trained on a project's own pressure recordings, without labels. */
export const keypointTrainingSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** Pressure recordings of the project by id; null takes all of them. */
  recordings: z.array(z.string()).min(1).nullable().default(null),
  /** Who scores and never trains: nobody, one subject, or each subject once (a run for each). */
  leaveOut: z
    .union([z.literal('none'), z.literal('each'), z.strictObject({ subject: z.string() })])
    .default('none'),
  /** "light" for mats of any size, "paper" for the published network on a padded 256 × 256 map (slow). */
  preset: z.enum(['light', 'paper']).default('light'),
  /** Null: 24 for the light preset, 128 for that of the paper. */
  keypoints: z.number().int().min(4).max(256).nullable().default(null),
  /** Steps of the first stage (contact mask), of the second (the map), and of the second while encoder and fuser rest. */
  classificationSteps: z.number().int().min(0).max(1_000_000).default(0),
  steps: z.number().int().min(1).max(1_000_000).default(1000),
  frozenSteps: z.number().int().min(0).max(1_000_000).default(0),
  /**
   * A run that has trained so many minutes ends where it is and keeps a checkpoint; pauses do not count, scoring and
   * saving do. Null: all steps. The learning rate follows the steps planned, not the time.
   */
  minutes: z.number().positive().max(100_000).nullable().default(null),
  batch: z.number().int().min(2).max(256).default(12),
  learningRate: z.number().positive().max(1).default(3e-3),
  losses: keypointLossesSchema.default({}),
  /** Random shifts, turns and sizes of the frames that are shown. */
  augment: z.boolean().default(true),
  /** Every so-many-th frame is taken: neighbours are nearly the same. Null: all, or as many as memory takes. */
  every: z.number().int().min(1).max(1_000_000).nullable().default(null),
  /** Pressure below which a cell counts as unloaded, in the recordings' unit; null takes 2 % of full scale. */
  floor: z.number().nonnegative().nullable().default(null),
  /** Pressure that counts as full; null takes the 99.5th percentile of the loaded cells. */
  fullScale: z.number().positive().nullable().default(null),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  checkpoints: checkpointScheduleSchema.prefault({ kind: 'every', steps: 250 }),
});
export type KeypointTraining = z.infer<typeof keypointTrainingSchema>;

/** Result of the job: a training run for each fold, in the order of subjects. */
export const keypointTrainingResultSchema = z.object({ runIds: z.array(z.string()) });

/** A pressure recording as the page that begins a training lists it. */
export const trainableRecordingSchema = z.object({
  id: z.string(),
  label: z.string(),
  subject: z.string(),
  /** The recording's task: where recordings of several tasks train, it is the posture that frames are told apart by. */
  task: z.string(),
  rows: z.number().int(),
  cols: z.number().int(),
  unit: z.string(),
  frames: z.number().int(),
  simulated: z.boolean(),
});
export type TrainableRecording = z.infer<typeof trainableRecordingSchema>;

const place = z.tuple([z.number(), z.number()]);

/** What a checkpoint makes of a frame of the project: enough to draw it. */
export const drawnExampleSchema = z.object({
  recording: z.string(),
  frame: z.number().int(),
  rows: z.number().int(),
  cols: z.number().int(),
  /** Normalised map, what the model draws of it (empty in the first stage), and how far apart they are; 0 to 1. */
  map: z.array(z.number()),
  drawn: z.array(z.number()),
  difference: z.array(z.number()),
  /** Row and column of every keypoint, in cells. */
  points: z.array(place),
  /** Mean of the difference. */
  l1: z.number().nullable(),
});

/** Examples of one checkpoint of a run, and the steps of all that can be looked at. */
export const drawnExamplesSchema = z.object({
  steps: z.array(z.number().int()),
  step: z.number().int(),
  /** False for checkpoints of the first stage, whose decoder draws a mask. */
  drawsMaps: z.boolean(),
  examples: z.array(drawnExampleSchema),
});
export type DrawnExamples = z.infer<typeof drawnExamplesSchema>;

/** `settings` of a training run whose model finds keypoints; other runs have another `kind` or none. */
export const keypointRunSettingsSchema = z.object({
  kind: z.literal('keypoints'),
  training: keypointTrainingSchema,
  /** Subject that scored; null where everybody trained. */
  leftOut: z.string().nullable(),
  recordings: z.array(z.string()),
  floor: z.number(),
  fullScale: z.number(),
  /** Grid of the recordings, before padding. */
  rows: z.number().int(),
  cols: z.number().int(),
});
export type KeypointRunSettings = z.infer<typeof keypointRunSettingsSchema>;
