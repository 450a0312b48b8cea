import { z } from 'zod';
import { intervalSchema } from './encoding.ts';

/** What the keypoint study is asked for. */
export const pressureKeypointsParamsSchema = z.object({
  /** Folder of the PhysioNet pressure map dataset's experiment-i; null leaves real mats out. */
  pmd: z.string().nullable().default(null),
  seed: z.number().int().nonnegative().default(1),
  keypoints: z.number().int().min(12).max(24).default(24),
  /** Simulated people; the last quarter is held out. */
  subjects: z.number().int().min(8).max(60).default(16),
  poses: z.number().int().min(1).max(40).default(10),
  /** Steps of the two stages of the main model. */
  classificationSteps: z.number().int().min(0).default(60),
  regressionSteps: z.number().int().min(1).default(2000),
  /** Regression steps of each ablated model; 0 leaves the table out. */
  ablationSteps: z.number().int().min(0).default(400),
  /** Seeds of each ablated model: a difference counts where all of them agree. */
  ablationSeeds: z.number().int().min(1).max(9).default(3),
  /** Most steps of the supervised regressor, which stops when its inner people are foretold no better. */
  supervisedSteps: z.number().int().min(1).default(2000),
  /** Seeds of the comparison of two-stage with direct training; 0 leaves it out. */
  warmStartSeeds: z.number().int().min(0).max(9).default(5),
  /** Regression steps of that comparison: so many that the direct run's loss has nearly stopped falling. */
  warmStartSteps: z.number().int().min(10).default(300),
  batch: z.number().int().min(2).max(64).default(12),
});
export type PressureKeypointsParams = z.infer<typeof pressureKeypointsParamsSchema>;

/** How well joints are foretold from the points of one method. */
export const jointScoreSchema = z.object({
  method: z.string(),
  meanCm: z.number(),
  low: z.number(),
  high: z.number(),
  pck: z.number(),
  /** Ridge penalty per sample, chosen on inner folds of training people; null where nothing was fitted. */
  penalty: z.number().nullable().default(null),
});
export type JointScore = z.infer<typeof jointScoreSchema>;

export const reconstructionScoreSchema = z.object({ method: z.string(), l1: z.number(), ssim: z.number() });

export const postureScoreSchema = z.object({ method: z.string(), accuracy: intervalSchema });
export type PostureScore = z.infer<typeof postureScoreSchema>;

/** How steady points are. */
export const stabilitySchema = z.object({
  /** Mean distance in cells between a point and where it should be after a known deformation. */
  equivariance: z.number(),
  /** Mean movement in cells between neighbouring frames of one recording. */
  repeatability: z.number(),
  /** Share of points that are nearest to themselves in the next frame. */
  keepsPlace: z.number(),
  /** Share of points that lie where nothing presses. */
  onEmptyMat: z.number(),
});
export type Stability = z.infer<typeof stabilitySchema>;

/** One line of the ablation table: means over seeds. */
export const ablationSchema = z.object({
  variant: z.string(),
  jointsCm: z.number(),
  /** Joint error of each seed, in the order of seeds. */
  seedsCm: z.array(z.number()).default([]),
  l1: z.number(),
  ssim: z.number(),
  equivariance: z.number(),
  pck: z.number().default(0),
  repeatability: z.number().default(0),
  keepsPlace: z.number().default(0),
});
export type Ablation = z.infer<typeof ablationSchema>;

/** What a change to the training does to the joint error: told only where all seeds agree. */
export type AblationVerdict = 'better' | 'worse' | 'undecided';

/** A variant beside the one with every loss, seed by seed. */
export function ablationVerdict(row: Ablation, all: Ablation | undefined): AblationVerdict {
  if (all === undefined || row.seedsCm.length === 0) return 'undecided';
  const differences = row.seedsCm.map((value, at) => value - (all.seedsCm[at] ?? Number.NaN));
  if (differences.every((value) => value < 0)) return 'better';
  return differences.every((value) => value > 0) ? 'worse' : 'undecided';
}

/**
 * One seed of two-stage training (CRWT) against direct training, with the paper's losses and the same optimiser and
 * batches: after how many steps the loss on which the direct run ended is first reached.
 */
export const warmStartSchema = z.object({
  seed: z.number().int(),
  directLoss: z.number(),
  directSteps: z.number().int(),
  /** Steps after which the direct run itself first reached its last loss (losses are smoothed and jump). */
  directReached: z.number().int().nullable().default(null),
  /** Regression steps of the two-stage run, frozen ones among them; null where it did not get there. */
  regressionSteps: z.number().int().nullable(),
  /** Steps of the first stage, which come on top. */
  classificationSteps: z.number().int(),
  frozenSteps: z.number().int().default(0),
  /** First weights: "he" (fan-in), or "small": normal with deviation 0.001, as released. */
  initialisation: z.enum(['he', 'small']).default('he'),
});
export type WarmStart = z.infer<typeof warmStartSchema>;

/** What a failure looks like: enough to draw it. */
export const failureViewSchema = z.object({
  rows: z.number().int(),
  cols: z.number().int(),
  /** Normalised map, row-major, 0 to 255. */
  map: z.array(z.number().int()),
  /** Row and column of every keypoint, in cells. */
  points: z.array(z.tuple([z.number(), z.number()])),
  /** The same in the next frame, for points that changed places. */
  next: z.array(z.tuple([z.number(), z.number()])).nullable(),
  /** True joints and those foretold from the points, for joints far off. */
  joints: z.array(z.tuple([z.number(), z.number()])).nullable(),
  foretold: z.array(z.tuple([z.number(), z.number()])).nullable(),
});

/** A frame where something went wrong, for the gallery. */
export const failureSchema = z.object({
  kind: z.enum(['on-empty-mat', 'changed-places', 'drawn-badly', 'joint-far-off']),
  frame: z.number().int(),
  keypoint: z.number().int().nullable(),
  value: z.number(),
  /** Recording that the frame is of; "2-left-3" is simulated person 2, on the left side, third pose. */
  recording: z.string().default(''),
  view: failureViewSchema.nullable().default(null),
});
export type Failure = z.infer<typeof failureSchema>;

/** How the supervised regressor was trained: error on inner people at every check, and the step that was kept. */
export const supervisedTrainingSchema = z.object({
  checks: z.array(z.object({ step: z.number().int(), loss: z.number(), innerCm: z.number() })),
  keptStep: z.number().int(),
  /** True where it stopped because it got no better, false where its steps ran out. */
  converged: z.boolean(),
});

export type SupervisedTraining = z.infer<typeof supervisedTrainingSchema>;

/** A mark that the study holds itself to, met or not. */
export const keypointMarkSchema = z.object({
  mark: z.enum([
    'gain-over-peak-grid',
    'gain-over-k-means',
    'ratio-to-supervised',
    'warm-start',
    'warm-start-in-all',
  ]),
  /**
   * Share by which the mean error is lower; error ÷ supervised error; regression steps, and steps of both stages,
   * ÷ direct steps (medians).
   */
  value: z.number().nullable(),
  goal: z.number(),
  met: z.boolean(),
});
export type KeypointMark = z.infer<typeof keypointMarkSchema>;

/** A person of a real mat, left out: neither the keypoint network nor the classifier saw a frame of theirs. */
export const personOutSchema = z.object({
  subject: z.string(),
  recordings: z.number().int(),
  frames: z.number().int(),
  /** Postures of theirs that none of the others shows; then simulated people train beside the others. */
  missing: z.array(z.string()),
});
export type PersonOut = z.infer<typeof personOutSchema>;

/** Accuracy with each person left out: over all, with its interval over recordings, and of each person. */
export const personScoreSchema = postureScoreSchema.extend({ people: z.array(z.number()) });
export type PersonScore = z.infer<typeof personScoreSchema>;

export const pmdScoreSchema = z.object({
  subjects: z.number().int(),
  recordings: z.number().int(),
  frames: z.number().int(),
  /** Garbled leading frames that were left out, and hot cells that were repaired. */
  corruptFrames: z.number().int(),
  hotCells: z.number().int(),
  /** Wall-clock seconds of training the light model on all frames. */
  trainingSeconds: z.number(),
  /** Processor time of it: what another program on the same machine does not lengthen. */
  trainingProcessorSeconds: z.number().default(0),
  people: z.array(personOutSchema).default([]),
  /** Each person left out once. */
  subjectOut: z.array(personScoreSchema).default([]),
  /** Each recording left out once; the model saw all frames, without labels, unless a method's name says otherwise. */
  postures: z.array(postureScoreSchema),
  stability: stabilitySchema,
});
export type PmdScore = z.infer<typeof pmdScoreSchema>;

export const pressureKeypointsResultSchema = z.object({
  study: z.literal('pressure-keypoints'),
  simulated: z.literal(true),
  params: pressureKeypointsParamsSchema,
  joints: z.array(jointScoreSchema),
  reconstruction: z.array(reconstructionScoreSchema),
  stability: stabilitySchema,
  postures: z.array(postureScoreSchema),
  transfer: z.array(jointScoreSchema),
  work: z.object({
    /** Of the encoder, which is all that detection needs. */
    parameters: z.number().int(),
    fuserParameters: z.number().int().default(0),
    decoderParameters: z.number().int().default(0),
    /** Multiply-accumulates of detecting one frame; one is two floating-point operations. */
    macs: z.number(),
    millisecondsPerFrame: z.number(),
  }),
  supervised: supervisedTrainingSchema.nullable().default(null),
  marks: z.array(keypointMarkSchema).default([]),
  warmStart: z.array(warmStartSchema),
  ablations: z.array(ablationSchema),
  pmd: pmdScoreSchema.nullable(),
  failures: z.array(failureSchema),
  seconds: z.number(),
});
export type PressureKeypointsResult = z.infer<typeof pressureKeypointsResultSchema>;
