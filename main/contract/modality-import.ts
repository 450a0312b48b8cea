import { z } from 'zod';
import { errorInfoSchema, noticeSchema } from './errors.ts';
import { lineChoiceSchema } from './reading-lines.ts';

/** Who and what a recording is of; the names that lists show. */
export const recordingNameSchema = z.object({
  path: z.string(),
  subject: z.string().min(1),
  session: z.string().nullable().default(null),
  task: z.string().min(1),
  run: z.string().nullable().default(null),
  simulated: z.boolean().default(false),
  /** Whether what the header says of persons, places and times is stored. */
  keepPersonal: z.boolean().default(false),
});
export type RecordingName = z.infer<typeof recordingNameSchema>;

/** What an import of pressure or eye-tracking recordings or ratings brought in. */
export const modalityReportSchema = z.object({
  recordings: z.array(
    z.object({
      recordingId: z.string(),
      path: z.string(),
      label: z.string(),
      samples: z.number().int(),
      /** "64 × 32 cells, kPa" or "left and right eye, 1000 Hz". */
      summary: z.string(),
      notices: z.array(noticeSchema),
    }),
  ),
  failed: z.array(z.object({ path: z.string(), label: z.string(), error: errorInfoSchema })),
  stimulusIds: z.array(z.string()),
  arrayIds: z.array(z.string()),
  /** Sets of ratings, which studies look for. */
  itemSetIds: z.array(z.string()).optional(),
  seconds: z.number(),
});
export type ModalityReport = z.infer<typeof modalityReportSchema>;

const orientationSchema = z.object({
  transpose: z.boolean().default(false),
  flipRows: z.boolean().default(false),
  flipCols: z.boolean().default(false),
});

/** Which columns of a table with one frame a row are time and cells. */
export const pressureMappingSchema = z.object({
  time: z.string().nullable().default(null),
  timeUnit: z.enum(['s', 'ms', 'us', 'ns']).default('s'),
  /** First and last column of the cells; all between belong to them. */
  first: z.string().min(1),
  last: z.string().min(1),
  /** Whether cells stand row by row or column by column. */
  order: z.enum(['rows', 'columns']).default('rows'),
});
export type PressureMapping = z.infer<typeof pressureMappingSchema>;

/** How one pressure recording is to be read. Null leaves it to the file. */
export const plannedPressureSchema = recordingNameSchema.extend({
  /** Columns of a table; null takes the guess. */
  mapping: pressureMappingSchema.nullable().default(null),
  layout: z
    .object({ rows: z.number().int().positive(), cols: z.number().int().positive() })
    .nullable()
    .default(null),
  unit: z
    .enum(['raw', 'kPa', 'MPa', 'mmHg', 'psi', 'N/cm2', 'kgf/cm2', 'bar', 'N', 'unknown'])
    .nullable()
    .default(null),
  /** Kilopascals of one unit of the file; null takes the unit's own factor, where it has one. */
  calibration: z.number().positive().nullable().default(null),
  /** Frames a second. */
  rate: z.number().positive().nullable().default(null),
  /** Millimetres between neighbouring columns and rows. */
  cellSize: z
    .object({ width: z.number().positive(), height: z.number().positive() })
    .nullable()
    .default(null),
  /** Body side of a recording with one sensor; null takes what the file says. */
  side: z.enum(['left', 'right']).nullable().default(null),
  orientation: orientationSchema.default({ transpose: false, flipRows: false, flipCols: false }),
  /** Hot and dead cells: kept as they are, or the mean of their neighbours. */
  brokenCells: z.enum(['keep', 'interpolate']).default('keep'),
  /** Cells at or below this are not loaded, in the stored unit. */
  threshold: z.number().min(0).default(0),
});
export type PlannedPressure = z.infer<typeof plannedPressureSchema>;

export const pressurePlanSchema = z.object({ files: z.array(plannedPressureSchema).min(1) });
export type PressurePlan = z.infer<typeof pressurePlanSchema>;

/** One pressure recording found, with what its file says. */
export const probedPressureSchema = z.object({
  path: z.string(),
  format: z.string().nullable(),
  rows: z.number(),
  cols: z.number(),
  frames: z.number(),
  unit: z.string(),
  rate: z.number().nullable(),
  cellSize: z.object({ width: z.number(), height: z.number() }).nullable(),
  placed: z.boolean(),
  absentCells: z.number(),
  corruptFrames: z.array(z.number()),
  parts: z.array(z.object({ name: z.string(), side: z.enum(['left', 'right']).nullable() })),
  /** Other ways to fold the cells, best first; empty where the file says it. */
  layouts: z.array(z.object({ rows: z.number(), cols: z.number() })),
  /** Columns of a table with one frame a row; null for formats that need none. */
  table: z
    .object({
      columns: z.array(z.string()),
      /** The first rows, cell by cell. */
      rows: z.array(z.array(z.string())),
      guess: pressureMappingSchema,
      /** How sure the guess is, 0 to 1. */
      confidence: z.number(),
    })
    .nullable(),
  plan: plannedPressureSchema.nullable(),
  problem: errorInfoSchema.nullable(),
  notices: z.array(noticeSchema),
});
export type ProbedPressure = z.infer<typeof probedPressureSchema>;

/** Some frames of a recording as its plan would store them, with their figures. */
export const pressurePreviewSchema = z.object({
  rows: z.number(),
  cols: z.number(),
  unit: z.string(),
  /** Edges of a cell in cm; null where not known. */
  cell: z.object({ width: z.number(), height: z.number() }).nullable(),
  /** False where cells are numbered and nobody knows where they lie. */
  placed: z.boolean(),
  /** Sensors, and the middle of each in cells from the left and upper edge. */
  parts: z.array(
    z.object({
      name: z.string(),
      side: z.enum(['left', 'right']).nullable(),
      row: z.number(),
      col: z.number(),
    }),
  ),
  /** Of each frame shown: its number, seconds, values (null where a cell does not exist). */
  frames: z.array(
    z.object({
      index: z.number(),
      seconds: z.number().nullable(),
      values: z.array(z.number().nullable()),
      corrupt: z.boolean(),
    }),
  ),
  /** Highest value of the frames shown; garbled frames and hot cells do not count. */
  highest: z.number(),
  hotCells: z.array(z.number()),
  deadCells: z.array(z.number()),
  measureNames: z.array(z.string()),
  /** Of each frame shown, in the order of `measureNames`; null where there is none. */
  measures: z.array(z.array(z.number().nullable())),
  /** Which end the head seems to lie at; "unclear" for mats that are not lain on. */
  head: z.enum(['top', 'bottom', 'unclear']),
});
export type PressurePreview = z.infer<typeof pressurePreviewSchema>;

/** How the columns of a table of gaze are to be read. */
export const gazeMappingSchema = z.object({
  format: z.enum([
    'eyelink-asc',
    'tobii-pro',
    'tobii-studio',
    'smi-samples',
    'smi-events',
    'gazepoint',
    'pupil-core',
    'pupil-neon',
    'bids-physio',
    'gaze-table',
  ]),
  time: z.string().nullable(),
  timeUnit: z.enum(['s', 'ms', 'us', 'ns']),
  eyes: z.array(
    z.object({
      eye: z.enum(['left', 'right', 'cyclopean']),
      x: z.string(),
      y: z.string(),
      pupil: z.string().nullable(),
      validity: z.object({ column: z.string(), valid: z.array(z.string()) }).nullable(),
    }),
  ),
  unit: z.enum(['px', 'deg', 'norm', 'mm', 'unknown']),
  origin: z.enum(['top-left', 'bottom-left', 'centre']),
  only: z.object({ column: z.string(), values: z.array(z.string()) }).nullable(),
  confidence: z.object({ column: z.string(), least: z.number() }).nullable(),
  fixations: z
    .object({ start: z.string().nullable(), duration: z.string(), x: z.string(), y: z.string() })
    .nullable(),
  message: z.string().nullable(),
  guessed: z.array(z.enum(['time-unit', 'unit'])),
});

export type GazeColumnMapping = z.infer<typeof gazeMappingSchema>;

/** A table of gaze before its columns are settled. */
export const gazeColumnsSchema = z.object({
  columns: z.array(z.string()),
  /** The first rows, cell by cell. */
  rows: z.array(z.array(z.string())),
  guess: gazeMappingSchema.nullable(),
  /** How sure the guess is, 0 to 1. */
  confidence: z.number(),
});
export type GazeColumns = z.infer<typeof gazeColumnsSchema>;

/** The screen as the eye saw it: what degrees of visual angle need. */
export const screenGeometrySchema = z.object({
  widthPx: z.number().positive(),
  heightPx: z.number().positive(),
  widthMm: z.number().positive(),
  distanceMm: z.number().positive(),
});
export type ScreenGeometry = z.infer<typeof screenGeometrySchema>;

/** How one eye-tracking recording is to be read. */
export const plannedEyetrackingSchema = recordingNameSchema.extend({
  /** Columns of a table; null takes the guess. */
  mapping: gazeMappingSchema.nullable().default(null),
  screen: screenGeometrySchema.nullable().default(null),
  /** The tracker's own events, or fixations found in samples by velocity or by dispersion. */
  events: z
    .discriminatedUnion('method', [
      z.object({ method: z.literal('file') }),
      z.object({
        method: z.literal('velocity'),
        threshold: z.number().positive().default(30),
        leastFixation: z.number().positive().default(50),
      }),
      z.object({
        method: z.literal('dispersion'),
        dispersion: z.number().positive().default(1),
        leastFixation: z.number().positive().default(100),
      }),
    ])
    .default({ method: 'file' }),
  blinks: z.enum(['keep', 'interpolate']).default('interpolate'),
  /** Table of words as areas of interest; null without. */
  wordsPath: z.string().nullable().default(null),
  /** How fixations come to the lines of the words; without words, not at all. */
  lines: lineChoiceSchema.prefault({}),
});
export type PlannedEyetracking = z.infer<typeof plannedEyetrackingSchema>;

export const eyetrackingPlanSchema = z.object({ files: z.array(plannedEyetrackingSchema).min(1) });
export type EyetrackingPlan = z.infer<typeof eyetrackingPlanSchema>;

/** One eye-tracking recording found. */
export const probedEyetrackingSchema = z.object({
  path: z.string(),
  format: z.string().nullable(),
  eyes: z.array(z.string()),
  unit: z.string(),
  rate: z.number().nullable(),
  samples: z.number(),
  events: z.number(),
  messages: z.number(),
  blocks: z.number(),
  jitter: z.number(),
  gaps: z.number(),
  plan: plannedEyetrackingSchema.nullable(),
  problem: errorInfoSchema.nullable(),
  notices: z.array(noticeSchema),
});
export type ProbedEyetracking = z.infer<typeof probedEyetrackingSchema>;

const areaSchema = z.object({
  word: z.string(),
  line: z.number(),
  left: z.number(),
  top: z.number(),
  right: z.number(),
  bottom: z.number(),
});

/** What importing one eye-tracking recording would see. */
export const eyetrackingPreviewSchema = z.object({
  unit: z.string(),
  screen: z.object({ width: z.number(), height: z.number() }).nullable(),
  /** A thinned trace of one eye: [seconds, x, y], null where gaze is missing. */
  trace: z.array(z.tuple([z.number(), z.number().nullable(), z.number().nullable()])),
  /** The first ones, in their order; without words few enough to be told apart. */
  fixations: z.array(
    z.object({
      start: z.number(),
      end: z.number(),
      x: z.number(),
      y: z.number(),
      /** Line of text it was assigned to; null for none. */
      line: z.number().int().nullable(),
      /** Share of the methods that agree, 0 to 1; null where none was asked for. */
      agreement: z.number().nullable(),
      byHand: z.boolean(),
    }),
  ),
  /** All fixations that have a place. */
  fixationCount: z.number().int(),
  /** Vertical centre of each line of text, top to bottom. */
  lines: z.array(z.number()),
  saccades: z.number(),
  blinks: z.number(),
  words: z.array(areaSchema),
  measureNames: z.array(z.string()),
  /** Of each word, in the order of `measureNames`; null where there is none. */
  measures: z.array(z.array(z.number().nullable())),
  notices: z.array(noticeSchema),
});
export type EyetrackingPreview = z.infer<typeof eyetrackingPreviewSchema>;
