import { z } from 'zod';
import { errorInfoSchema, noticeSchema } from './errors.ts';
import { affineSchema } from './recordings.ts';
import { wordSchema } from './stimuli.ts';

/** Where a run's words come from. Times are seconds from the run's first volume. */
export const wordSourceSchema = z.discriminatedUnion('kind', [
  /** A column of an events.tsv; rows without text in it are not words. */
  z.object({ kind: z.literal('events'), path: z.string(), column: z.string() }),
  /** An interval tier of a Praat TextGrid, counted from 0; empty intervals and pause marks are not words. */
  z.object({ kind: z.literal('textgrid'), path: z.string(), tier: z.number().int().nonnegative() }),
]);
export type WordSource = z.infer<typeof wordSourceSchema>;

/** A possible word source with enough to choose by. */
export const wordCandidateSchema = z.object({
  source: wordSourceSchema,
  /** "events.tsv, column word" or "run1.TextGrid, tier words". */
  label: z.string(),
  wordCount: z.number().int(),
  firstOnset: z.number().nullable(),
  lastOffset: z.number().nullable(),
  /** The first few words. */
  sample: z.array(z.string()),
});
export type WordCandidate = z.infer<typeof wordCandidateSchema>;

/** One functional series found, with the files that go with it. */
export const probedRunSchema = z.object({
  /** Path of the image; the run's key everywhere in probe and plan. */
  image: z.string(),
  subject: z.string(),
  session: z.string().nullable(),
  task: z.string(),
  run: z.string().nullable(),
  /** Template space of the file name ("MNI152NLin2009cAsym"), or null where it says none. */
  space: z.string().nullable(),
  /** Size of the file as it lies on disk. */
  bytes: z.number(),
  /** i, j, k, volumes. */
  shape: z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]).nullable(),
  /** Millimetres along i, j, k. */
  voxelSize: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  /** Where i, j, k run to, such as "LAS". */
  orientation: z.string().nullable(),
  datatype: z.string().nullable(),
  affine: affineSchema.nullable(),
  /** Seconds; null where neither header nor sidecar tells: it must then be given. */
  repetitionTime: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  eventsPath: z.string().nullable(),
  textGridPath: z.string().nullable(),
  confoundsPath: z.string().nullable(),
  maskPath: z.string().nullable(),
  /** Best guess first; empty where nothing looks like words. */
  wordCandidates: z.array(wordCandidateSchema),
  /** True where the dataset or a sidecar says that the data are simulated. */
  simulated: z.boolean(),
  /** False where the run cannot be imported; `problem` says why. */
  importable: z.boolean(),
  problem: errorInfoSchema.nullable(),
  notices: z.array(noticeSchema),
});
export type ProbedRun = z.infer<typeof probedRunSchema>;

/** What lies under the given paths. Nothing has been stored yet. */
export const importProbeSchema = z.object({
  modality: z.literal('fmri'),
  kind: z.enum(['bids', 'files']),
  /** The given paths. */
  paths: z.array(z.string()),
  dataset: z
    .object({
      root: z.string(),
      name: z.string(),
      bidsVersion: z.string(),
      type: z.string(),
      simulated: z.boolean(),
    })
    .nullable(),
  subjects: z.array(z.string()),
  sessions: z.array(z.string()),
  tasks: z.array(z.string()),
  spaces: z.array(z.string()),
  runs: z.array(probedRunSchema),
  /** Files that are there in name only: dangling links, empty files, headers without data. */
  missingData: z.array(z.object({ path: z.string(), reason: errorInfoSchema })),
  notices: z.array(noticeSchema),
});
export type ImportProbe = z.infer<typeof importProbeSchema>;

/** One slice for display: row-major, first row at the top, as a radiologist's atlas shows it with left on the left. */
export const previewSliceSchema = z.object({
  plane: z.enum(['sagittal', 'coronal', 'axial']),
  width: z.number().int(),
  height: z.number().int(),
  /** Millimetres of one pixel across and down. */
  pixelSize: z.tuple([z.number(), z.number()]),
  /** 0 (range[0] and below) to 255 (range[1] and above). */
  pixels: z.array(z.number().int()),
  /** 1 where the pixel's voxel would be kept by the mask, else 0; empty where no mask was asked for. */
  mask: z.array(z.number().int()),
  /** What the left, right, top and bottom edges are: "L", "R", "A", "P", "S", "I". */
  edges: z.tuple([z.string(), z.string(), z.string(), z.string()]),
});
export type PreviewSlice = z.infer<typeof previewSliceSchema>;

/** What importing one run would see. */
export const importPreviewSchema = z.object({
  image: z.string(),
  /** How many volumes were averaged for the picture. */
  averagedVolumes: z.number().int(),
  /** Empty for series on surfaces, which have a carpet. */
  slices: z.array(previewSliceSchema),
  /** Rows of places over the first volumes, each standardised, 0 to 255; null for volumes. */
  carpet: z
    .object({
      width: z.number().int(),
      height: z.number().int(),
      pixels: z.array(z.number().int()),
      /** What the rows are, from above: name and how many rows. */
      parts: z.array(z.object({ name: z.string(), rows: z.number().int() })),
    })
    .nullable(),
  /** Values shown as black and white (2nd and 98th percentile). */
  range: z.tuple([z.number(), z.number()]),
  minimum: z.number(),
  maximum: z.number(),
  nonFiniteVoxels: z.number().int(),
  maskVoxels: z.number().int(),
  shape: z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]),
  repetitionTime: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  words: z
    .object({
      count: z.number().int(),
      firstOnset: z.number(),
      lastOffset: z.number(),
      /** Share of the run's length between the first onset and the last offset, 0 to 1 and over. */
      coverage: z.number().nullable(),
      /** The first 200 words. */
      first: z.array(wordSchema),
    })
    .nullable(),
  confoundColumns: z.array(z.string()),
  notices: z.array(noticeSchema),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

/** Which confounds are kept beside the data (regressed out by studies, not by the import). */
export const confoundStrategySchema = z.object({
  /** 6 realignment parameters, or 24 with derivatives and squares of both. */
  motion: z.enum(['none', '6', '24']).default('24'),
  /** Mean signals of white matter and cerebrospinal fluid. */
  whiteMatterCsf: z.boolean().default(false),
  /** First n anatomical CompCor components of the combined mask; 0 for none. Cosines come with them. */
  aCompCor: z.number().int().nonnegative().default(0),
  /** Discrete cosine high-pass terms. */
  cosines: z.boolean().default(true),
  /** One column per volume over either threshold (mm of framewise displacement, standardised DVARS); null for none. */
  scrub: z
    .object({ framewiseDisplacement: z.number().positive(), standardizedDvars: z.number().positive() })
    .nullable()
    .default(null),
});
export type ConfoundStrategy = z.infer<typeof confoundStrategySchema>;

export const maskChoiceSchema = z.discriminatedUnion('kind', [
  /** Bright voxels of the first volumes' mean, largest connected part (rule in importing/fmri/automatic-mask.ts). */
  z.object({ kind: z.literal('automatic') }),
  /** Each run's own mask file where the probe found one, automatic for the others. */
  z.object({ kind: z.literal('found') }),
  /** One mask file for all; voxels over 0 are kept. */
  z.object({ kind: z.literal('file'), path: z.string() }),
  /** Every voxel. */
  z.object({ kind: z.literal('all') }),
]);
export type MaskChoice = z.infer<typeof maskChoiceSchema>;

export const plannedRunSchema = z.object({
  image: z.string(),
  subject: z.string().min(1),
  session: z.string().nullable().default(null),
  task: z.string().min(1),
  run: z.string().nullable().default(null),
  words: wordSourceSchema.nullable().default(null),
  confoundsPath: z.string().nullable().default(null),
  maskPath: z.string().nullable().default(null),
  /** Seconds; null takes what header and sidecar say. */
  repetitionTime: z.number().positive().nullable().default(null),
  simulated: z.boolean().default(false),
  /** Whether what header and sidecar say of persons, places and times is stored. */
  keepPersonal: z.boolean().default(false),
});
export type PlannedRun = z.infer<typeof plannedRunSchema>;

/** Parameters of the job `import.fmri`. */
export const importPlanSchema = z.object({
  /** For people: the dataset's name. */
  name: z.string(),
  runs: z.array(plannedRunSchema).min(1),
  mask: maskChoiceSchema.default({ kind: 'found' }),
  confounds: confoundStrategySchema.prefault({}),
  /** Name of the space the images are in; null takes each file name's, else "unknown". */
  spaceName: z.string().nullable().default(null),
  language: z.string().default('en'),
  /** Seconds added to every word's onset (positive: words come later). */
  wordOffset: z.number().default(0),
});
export type ImportPlan = z.infer<typeof importPlanSchema>;

/** Result of the job `import.fmri`: what was made, and every run that was not, with the reason. */
export const importReportSchema = z.object({
  recordings: z.array(
    z.object({
      recordingId: z.string(),
      image: z.string(),
      subject: z.string(),
      session: z.string().nullable(),
      task: z.string(),
      run: z.string().nullable(),
      volumes: z.number().int(),
      voxels: z.number().int(),
      repetitionTime: z.number(),
      words: z.number().int(),
      repeatGroup: z.string().nullable(),
      notices: z.array(noticeSchema),
    }),
  ),
  failed: z.array(z.object({ image: z.string(), label: z.string(), error: errorInfoSchema })),
  stimulusIds: z.array(z.string()),
  spaceIds: z.array(z.string()),
  arrayIds: z.array(z.string()),
  seconds: z.number(),
  /** Bytes of all images, unpacked. */
  bytes: z.number(),
  notices: z.array(noticeSchema),
});
export type ImportReport = z.infer<typeof importReportSchema>;
