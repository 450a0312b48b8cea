import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { deviceSchema, streamCountersSchema, streamStateSchema } from './live.ts';
import { pressureTestSchema, swaySchema, testResultSchema } from './pressure-tests.ts';

/** What the station is asked to show. */
export const stationRequestSchema = z.object({
  device: deviceSchema,
  /**
   * A keypoint model of the project: the study run that made it and its name there, or a training run and
   * "checkpoint"; null shows pressure only.
   */
  model: z.object({ run: z.string(), name: z.string() }).nullable().default(null),
  /** Minutes without turning after which the reminder comes. */
  turnMinutes: z.number().positive().max(1440).default(120),
});
export type StationRequest = z.infer<typeof stationRequestSchema>;

const finite = z.number().nullable();

/** The state of the station beside its newest frame, whose cells follow as float32. */
export const stationViewSchema = z.object({
  /** Index of the frame that follows; −1 before the first. */
  index: z.number().int(),
  rows: z.number().int(),
  cols: z.number().int(),
  unit: z.string(),
  device: z.string(),
  simulated: z.boolean(),
  state: streamStateSchema,
  /** Why it is interrupted or ended. */
  reason: errorInfoSchema.nullable(),
  counters: streamCountersSchema,
  /** Frames a second over the last seconds; null before two came. */
  rate: finite,
  /** Milliseconds from the frame's arrival to this answer. */
  delay: finite,
  measures: z
    .object({
      contactArea: finite,
      contactCells: z.number().int(),
      peak: z.number(),
      mean: z.number(),
      sum: z.number(),
      dispersionIndex: z.number(),
      peakPressureIndex: z.number(),
      /** Share of the load on the left half of the mat. */
      leftShare: finite,
      /** Centre of pressure from the left and upper edge, in cm (cells, without sizes). */
      centreX: finite,
      centreY: finite,
    })
    .nullable(),
  /** Edges of a cell in cm; null where not known. */
  cell: z.object({ width: z.number(), height: z.number() }).nullable(),
  /** Cells at or below this are not loaded. */
  threshold: z.number(),
  /** Centre of pressure of the last frames, oldest first: row and column in cells, null where undefined. */
  path: z.array(z.tuple([z.number(), z.number()]).nullable()),
  /** Value, row, column. */
  keypoints: z.array(z.tuple([z.number(), z.number(), z.number()])),
  /** Grid that frames are interpolated to for the model, which was trained on another mat; null otherwise. */
  resampledTo: z.object({ rows: z.number().int(), cols: z.number().int() }).nullable(),
  edges: z.array(z.tuple([z.number().int(), z.number().int()])),
  posture: z
    .object({
      label: z.string().nullable(),
      confidence: z.number(),
      trainedOn: z.enum(['simulated', 'pmd', 'recordings']),
    })
    .nullable(),
  risk: z.object({
    minutesSinceTurn: z.number(),
    turnMinutes: z.number(),
    due: z.boolean(),
    /** Greatest pressure × time of any cell since the last turn, in the unit times minutes, and where it is. */
    highest: z.number(),
    row: z.number().int(),
    col: z.number().int(),
  }),
  recording: z
    .object({
      frames: z.number().int(),
      seconds: z.number(),
      pseudonym: z.string(),
      /** Why frames cannot be stored at present; they wait in memory. */
      trouble: errorInfoSchema.nullable(),
    })
    .nullable(),
  annotations: z.array(z.object({ seconds: z.number(), text: z.string() })),
  test: z.object({ kind: pressureTestSchema, seconds: z.number() }).nullable(),
  results: z.array(testResultSchema),
  /** Of the newest balance test, running or done. */
  sway: swaySchema.nullable(),
  /** Raw bytes of the wire in hexadecimal, from the beginning of a frame where one was found. */
  bytes: z.string(),
});
export type StationView = z.infer<typeof stationViewSchema>;

/** A described device with what a station shows on it; `npm start -- --station NAME` opens the one of that name. */
export const stationProfileSchema = deviceSchema.extend({
  model: stationRequestSchema.shape.model,
  turnMinutes: stationRequestSchema.shape.turnMinutes,
});
export type StationProfile = z.infer<typeof stationProfileSchema>;

/** Names of people do not belong here: letters, digits, dash and underscore only. */
export const pseudonymSchema = z.string().regex(/^[A-Za-z0-9_-]{1,24}$/);
