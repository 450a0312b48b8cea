import { z } from 'zod';

/**
 * How a recording's clock relates to its stimulus: onset in recording = offset + (1 + drift) · onset in stimulus. Both
 * in seconds; a recording counts from its first sample.
 */
export const clockModelSchema = z.object({
  /** Seconds. */
  offset: z.number(),
  /** Fraction: 1e-6 is one part per million, 3.6 ms an hour. */
  drift: z.number().gt(-0.5).lt(0.5),
});
export type ClockModel = z.infer<typeof clockModelSchema>;

/** The clock of a recording that nobody aligned: sample 0 is stimulus time 0. */
export const plainClock: ClockModel = { offset: 0, drift: 0 };

/** How a model was found on marks. */
export const clockFitSettingsSchema = z.object({
  /** Marks whose label is this, or matches it with * for anything; empty takes all. */
  marks: z.string().default(''),
  /** What marks stand for: every word's onset, or the start of the stimulus. */
  anchor: z.enum(['words', 'start']).default('words'),
  /** Seconds within which a mark may belong to an onset. */
  tolerance: z.number().positive().max(5).default(0.05),
  /** Largest drift looked for, as a fraction; 0 fits the offset alone. */
  maxDrift: z.number().min(0).max(0.02).default(0.001),
  /** Offset expected, in seconds, give or take `tolerance` × 20; null looks everywhere. */
  near: z.number().nullable().default(null),
});
export type ClockFitSettings = z.infer<typeof clockFitSettingsSchema>;

/** Quality of a fit. */
export const clockFitSchema = z.object({
  settings: clockFitSettingsSchema,
  matched: z.number().int(),
  /** Onsets without a mark, marks without an onset. */
  missing: z.number().int(),
  extra: z.number().int(),
  /** Root mean square and largest residual of matched marks, milliseconds. */
  rmsMs: z.number(),
  maxMs: z.number(),
  /** Standard errors; null with too few marks to tell. */
  offsetErrorMs: z.number().nullable(),
  driftErrorPpm: z.number().nullable(),
  /** Another offset that explains nearly as many marks, as in regular trains of marks; null where there is none. */
  alternative: z.number().nullable(),
});

/** Alignment of one recording with its stimulus, as kept. */
export const alignmentSchema = z.object({
  recordingId: z.string(),
  model: clockModelSchema,
  source: z.enum(['fit', 'hand']),
  /** Of the fit that the model came from; null where it was set by hand. */
  fit: clockFitSchema.nullable(),
});
export type Alignment = z.infer<typeof alignmentSchema>;

/** Something that a recording has noted at a time: a trigger, an annotation, a message. */
export const recordingMarkSchema = z.object({
  /** Seconds from the recording's first sample. */
  time: z.number(),
  label: z.string(),
  /** Where it comes from: a trigger channel's name, "annotation", "message", "note". */
  origin: z.string(),
});
export type RecordingMark = z.infer<typeof recordingMarkSchema>;

/** A mark and the onset it belongs to, with what the model leaves over. */
export const markPairSchema = z.object({
  mark: z.number().int(),
  onset: z.number().int(),
  residualMs: z.number(),
});
export type MarkPair = z.infer<typeof markPairSchema>;
