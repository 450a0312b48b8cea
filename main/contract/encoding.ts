import { z } from 'zod';
import { noticeSchema } from './errors.ts';
import { downsamplingSchema, hemodynamicsSchema } from './stimuli.ts';
import { provenanceSummarySchema, splitManifestSchema } from './study.ts';

/** What the encoding wizard, the CLI and the job agree on. Every field has a default but the recordings. */
export const encodingStudyParamsSchema = z.object({
  /** Recordings of one or several subjects; each subject is fitted alone, then they are tabled together. */
  recordingIds: z.array(z.string()).min(1),
  /** Feature space with one or several layers: "use-lite", "glove", ... */
  featureSpace: z.string().default('use-lite'),
  /** Words of context an encoder sees before the word in question. */
  lookBackWords: z.number().int().min(0).max(200).default(20),
  downsampling: downsamplingSchema.default('lanczos'),
  hemodynamics: hemodynamicsSchema.default({ kind: 'spm' }),
  /** "shuffled" is understood only to be refused with the reason. */
  split: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('leave-one-run-out') }),
      z.object({ kind: z.literal('contiguous'), folds: z.number().int().min(2) }),
      z.object({ kind: z.literal('shuffled'), folds: z.number().int().min(2) }),
    ])
    .default({ kind: 'leave-one-run-out' }),
  /** Samples dropped at both ends of every test and training range (TRs). */
  trim: z.number().int().min(0).default(5),
  /** Inner folds of the training part; penalty and layer are chosen there and nowhere else. */
  innerFolds: z.number().int().min(2).default(3),
  /** Ridge penalties 10^from ... 10^to, evenly spaced in the exponent. */
  penalties: z
    .object({ from: z.number(), to: z.number(), count: z.number().int().min(1).max(40) })
    .default({ from: 0, to: 5, count: 11 }),
  /** Period in seconds below which slow drift is kept; null leaves drift in. */
  highPassSeconds: z.number().positive().nullable().default(128),
  /** The confound columns kept at import are regressed out of data and features, run by run; or not. */
  confounds: z.enum(['kept', 'none']).default('kept'),
  permutations: z.number().int().min(0).max(100_000).default(500),
  /** Length of a permuted block in samples; long against the autocorrelation of BOLD. */
  blockSamples: z.number().int().min(1).default(10),
  fdrLevel: z.number().gt(0).lt(1).default(0.05),
  seed: z.number().int().nonnegative().default(1),
});
export type EncodingStudyParams = z.infer<typeof encodingStudyParamsSchema>;
/** The same before defaults are filled in: what a caller has to write. */
export type EncodingStudyRequest = z.input<typeof encodingStudyParamsSchema>;

/**
 * Array ids of one subject's results. "time" is all tested samples, fold after fold in manifest order; "voxel" is
 * the voxel axis of the subject's volume space. All are float32 unless said otherwise.
 */
export const encodingArraysSchema = z.object({
  /** voxel: Pearson r on held-out samples, mean over outer folds; 0 where a voxel never varies. */
  r: z.string(),
  /** voxel: 1 − SS_res / SS_tot on the same samples, mean over outer folds. */
  rSquared: z.string(),
  /** voxel: one-sided block-permutation p of r. */
  p: z.string(),
  /** voxel: Benjamini-Hochberg q of p. */
  q: z.string(),
  /** voxel: square root of the reliable share of variance, from repeats; null without repeats. */
  ceiling: z.string().nullable(),
  /** voxel: log10 of the chosen penalty, mean over outer folds. */
  penalty: z.string(),
  /** uint8 voxel: index of the layer chosen most often over the outer folds (ties: the lower layer). */
  layer: z.string(),
  /** layer × voxel: held-out r of every layer on its own (penalty from inner folds). */
  layerR: z.string(),
  /** layer × voxel: inner-fold r of every layer, mean over outer folds: what the choice of layer was made on. */
  layerInner: z.string(),
  /** control × voxel: held-out r of every control, in the order of `controls`. */
  controlR: z.string(),
  /** time × voxel, chunked by voxel: measured data on held-out samples (z-scored with training statistics). */
  measured: z.string(),
  /** time × voxel, chunked by voxel: out-of-fold prediction of the chosen layer. */
  predicted: z.string(),
  /** uint32 voxel: linear grid index i + ni·(j + nj·k), same as the volume space's. */
  voxelIndex: z.string(),
});
export type EncodingArrays = z.infer<typeof encodingArraysSchema>;

/** A count per bin; bin b spans edges[b] to edges[b + 1]. */
export const histogramSchema = z.object({ edges: z.array(z.number()), counts: z.array(z.number()) });
export type Histogram = z.infer<typeof histogramSchema>;

/** Mean with a 95 % interval over voxels (block bootstrap) or subjects, as `over` says. */
export const intervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** How well each layer and each control does in one region of one subject. */
export const layerProfileSchema = z.object({
  region: z.string(),
  layers: z.array(intervalSchema.extend({ layer: z.string() })),
  controls: z.array(intervalSchema.extend({ control: z.string() })),
  /** Median ceiling of the region; null without repeats. */
  ceiling: z.number().nullable(),
});
export type LayerProfile = z.infer<typeof layerProfileSchema>;

/** One region of one subject. */
export const encodingRegionSchema = z.object({
  region: z.string(),
  subject: z.string(),
  voxels: z.number().int(),
  medianR: z.number(),
  medianRSquared: z.number(),
  medianCeiling: z.number().nullable(),
  /** medianR / medianCeiling; null without repeats. Kept even where it passes 1. */
  normalisedR: z.number().nullable(),
  /** Share of the region's voxels with q below the level. */
  significantShare: z.number(),
  /** Layer with the highest mean inner-fold r over the region's voxels. */
  chosenLayer: z.string(),
  /** Median held-out r of every control, keyed by control id. */
  controls: z.record(z.string(), z.number()),
});
export type EncodingRegion = z.infer<typeof encodingRegionSchema>;

export const encodingSubjectSchema = z.object({
  subject: z.string(),
  recordingIds: z.array(z.string()),
  spaceId: z.string(),
  voxelCount: z.number().int(),
  /** Voxels left out because they never vary or hold NaN; their results are 0, p = q = 1. */
  excludedVoxels: z.number().int(),
  /** Length of the arrays' time axis. */
  sampleCount: z.number().int(),
  samplingInterval: z.number(),
  /** Where on the time axis each tested range lies: marks between runs in the time course figure. */
  segments: z.array(
    z.object({
      recordingId: z.string(),
      start: z.number().int(),
      length: z.number().int(),
      fold: z.number().int(),
    }),
  ),
  arrays: encodingArraysSchema,
  significantVoxels: z.number().int(),
  /** Held-out r of all voxels, and of the same under block permutation. */
  histogram: z.object({ observed: histogramSchema, null: histogramSchema }),
  regions: z.array(encodingRegionSchema),
  layerProfiles: z.array(layerProfileSchema),
  split: splitManifestSchema,
  /** Smallest |r| that is significant at the FDR level; null where none is. */
  thresholdR: z.number().nullable(),
});
export type EncodingSubject = z.infer<typeof encodingSubjectSchema>;

/** A region over all subjects: median of the subjects' medians, and how many agree. */
export const encodingGroupRegionSchema = z.object({
  region: z.string(),
  subjects: z.number().int(),
  medianR: z.number(),
  minR: z.number(),
  maxR: z.number(),
  medianCeiling: z.number().nullable(),
  chosenLayers: z.array(z.string()),
  controls: z.record(z.string(), z.number()),
});
export type EncodingGroupRegion = z.infer<typeof encodingGroupRegionSchema>;

export const encodingControlSchema = z.object({
  /** "untrained", "word-rate", "sentence-length", "autocorrelation", "shuffled" */
  id: z.string(),
  name: z.string(),
  /** What it is and what it would mean if it did as well as the model. */
  meaning: z.string(),
});

/** What a finished encoding study holds; the arrays stand in the project file under the ids given. */
export const encodingResultSchema = z.object({
  study: z.literal('encoding'),
  params: encodingStudyParamsSchema,
  simulated: z.boolean(),
  featureSpace: z.object({ id: z.string(), name: z.string(), layers: z.array(z.string()) }),
  /** Always beside the score: untrained encoder, word rate + position, sentence length, autocorrelation only, shuffled. */
  controls: z.array(encodingControlSchema),
  subjects: z.array(encodingSubjectSchema),
  group: z.array(encodingGroupRegionSchema),
  notices: z.array(noticeSchema),
  provenance: provenanceSummarySchema,
});
export type EncodingResult = z.infer<typeof encodingResultSchema>;

/** One planted region of a simulated dataset set against what the study found there. */
export const recoveryRowSchema = z.object({
  region: z.string(),
  /** "layer" for tuning to an encoder layer, "word-rate" for the region tuned to word rate only. */
  tuning: z.enum(['layer', 'word-rate']),
  plantedLayer: z.string().nullable(),
  plantedStrength: z.number(),
  /** The simulator's own prediction of held-out r: its ceiling × planted strength. */
  predictedR: z.number(),
  /** Median over subjects of the region's median held-out r. */
  recoveredR: z.number(),
  simulatedCeiling: z.number(),
  estimatedCeiling: z.number().nullable(),
  chosenLayers: z.array(z.string()),
  controls: z.record(z.string(), z.number()),
});
export type RecoveryRow = z.infer<typeof recoveryRowSchema>;

/** What the checks of a simulated study say, by name; numbers fill the blanks. */
export const recoverySentences = {
  'recovered r':
    "Median held-out r of every region tuned to a layer lies within {worst} of the simulator's prediction (allowed {allowed}).",
  'planted layer':
    'The planted layer is chosen in {found} of {subjects} subjects, region by region (at least two thirds needed).',
  'false discoveries':
    '{outside} % of {significant} significant voxels lie outside planted regions (allowed {allowedOutside} %).',
  'autocorrelation control':
    'The encoder is ahead of the autocorrelation control by at least {margin} in tuned regions.',
  'word-rate region':
    'The word-rate control comes within {gap} of the prediction in the region tuned to word rate, and the encoder adds {gain} to it.',
} as const;

/** Planted against recovered, and the checks that must hold; made only for simulated data with a truth file. */
export const recoverySchema = z.object({
  rows: z.array(recoveryRowSchema),
  /** Share of all FDR-significant voxels that lie outside every planted region. */
  outsideShare: z.number(),
  checks: z.array(
    z.object({
      name: z.string(),
      holds: z.boolean(),
      /** In English, and the numbers in it for other languages. */
      sentence: z.string(),
      numbers: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
export type Recovery = z.infer<typeof recoverySchema>;
