import { z } from 'zod';
import { errorInfoSchema, noticeSchema } from './errors.ts';

/** A channel as stored: values of its column are in `unit` (SI, no prefix). */
export const meegChannelSchema = z.object({
  name: z.string(),
  /** MNE's words: "mag", "grad", "eeg", "eog", "stim", ... */
  type: z.string(),
  unit: z.string(),
  /** Metres, x to the right and y to the nose; null where the file has no place. */
  position: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  bad: z.boolean(),
});
export type MeegChannel = z.infer<typeof meegChannelSchema>;

/** Something at a time: an annotation, or a step of a trigger channel. */
export const meegEventSchema = z.object({
  /** Sample of the stored array. */
  sample: z.number().int(),
  /** Seconds; 0 for triggers. */
  duration: z.number(),
  /** The annotation's text, or the trigger's code. */
  name: z.string(),
  /** Trigger channel; null for annotations. */
  channel: z.string().nullable(),
});
export type MeegEvent = z.infer<typeof meegEventSchema>;

const placeSchema = z.tuple([z.number(), z.number(), z.number()]);

/** Digitised points of a head, in head coordinates and metres. */
export const meegDigitisedSchema = z.object({
  fiducials: z.array(z.object({ name: z.enum(['nasion', 'left', 'right']), place: placeSchema })),
  coils: z.array(placeSchema),
  shape: z.array(placeSchema),
});
export type MeegDigitised = z.infer<typeof meegDigitisedSchema>;

/** How the head lay, told by files beside the recording. */
export const meegHeadSchema = z.object({
  /** Names of those files. */
  from: z.array(z.string()),
  /** 4 × 4; null where no coils were fitted. */
  deviceToHead: z.array(z.array(z.number())).nullable(),
  /** Root mean square of the distances between fitted and digitised coils, metres; null without a fit. */
  error: z.number().nullable(),
  digitised: meegDigitisedSchema,
});
export type MeegHead = z.infer<typeof meegHeadSchema>;

/** Where to take places from: the extended 10–20 system on a sphere, or files. */
export const meegPlacesRequestSchema = z.object({
  path: z.string(),
  from: z.union([z.literal('standard'), z.array(z.string()).min(1)]),
});

/** Places found for a recording. */
export const meegPlacesSchema = z.object({
  positions: z.record(z.string(), placeSchema),
  head: meegHeadSchema.nullable(),
  /** Electrodes without a place of their own, and how many of them got one. */
  electrodes: z.number().int(),
  placed: z.number().int(),
});
export type MeegPlaces = z.infer<typeof meegPlacesSchema>;

/** One recording found under the given paths. */
export const probedMeegSchema = z.object({
  path: z.string(),
  format: z.string(),
  modality: z.enum(['meg', 'eeg']),
  subject: z.string(),
  session: z.string().nullable(),
  task: z.string(),
  run: z.string().nullable(),
  sfreq: z.number(),
  sampleCount: z.number().int(),
  seconds: z.number(),
  highpass: z.number(),
  lowpass: z.number(),
  lineFrequency: z.number().nullable(),
  measuredAt: z.string().nullable(),
  channels: z.array(meegChannelSchema),
  annotationCount: z.number().int(),
  gapCount: z.number().int(),
  /** How the head lay in the device (4 × 4), where the file says it. */
  deviceToHead: z.array(z.array(z.number())).nullable(),
  digitisedPoints: z.number().int(),
  /** Cardinal points in head coordinates, metres. */
  fiducials: z
    .array(
      z.object({
        name: z.enum(['nasion', 'left', 'right']),
        place: z.tuple([z.number(), z.number(), z.number()]),
      }),
    )
    .default([]),
  /** Guessed from files beside the recording that bear its name; null where there are none. */
  places: meegPlacesSchema.nullable().default(null),
  missingSeconds: z.number(),
  importable: z.boolean(),
  problem: errorInfoSchema.nullable(),
  notices: z.array(noticeSchema),
});
export type ProbedMeeg = z.infer<typeof probedMeegSchema>;

/** Events of one recording, and what thresholds would do to its epochs. */
export const meegEventCheckSchema = z.object({
  /** Most frequent first. */
  events: z.array(z.object({ name: z.string(), channel: z.string().nullable(), count: z.number().int() })),
  epochs: z
    .object({
      /** Events to cut around, and how many of them were looked at. */
      total: z.number().int(),
      examined: z.number().int(),
      kept: z.number().int(),
      dropped: z.number().int(),
      outside: z.number().int(),
      /** Channels over their limit most often. */
      noisiest: z.array(z.object({ name: z.string(), count: z.number().int() })),
    })
    .nullable(),
});
export type MeegEventCheck = z.infer<typeof meegEventCheckSchema>;

/** Zero-phase FIR filter; null leaves a side open. Hz. */
export const meegFilterSchema = z.object({
  highpass: z.number().positive().nullable().default(null),
  lowpass: z.number().positive().nullable().default(null),
  /** Frequencies taken out, such as [50, 100]. */
  notch: z.array(z.number().positive()).default([]),
});
export type MeegFilter = z.infer<typeof meegFilterSchema>;

export const meegEpochsSchema = z.object({
  /** Seconds from the event; the first may be negative. */
  tmin: z.number(),
  tmax: z.number(),
  /** Names of the events to cut around; empty takes all. */
  events: z.array(z.string()).default([]),
  /** Seconds; null at a side takes the epoch's edge. Null: nothing is subtracted. */
  baseline: z.tuple([z.number().nullable(), z.number().nullable()]).nullable().default([null, 0]),
  /** Largest peak-to-peak value by channel type, in the channel's unit; epochs over it are dropped. */
  reject: z.record(z.string(), z.number().positive()).default({}),
});
export type MeegEpochs = z.infer<typeof meegEpochsSchema>;

export const plannedMeegSchema = z.object({
  path: z.string(),
  subject: z.string().min(1),
  session: z.string().nullable().default(null),
  task: z.string().min(1),
  run: z.string().nullable().default(null),
  /** Names of channels to mark as bad. */
  bads: z.array(z.string()).default([]),
  /** Types set by hand, by channel name. */
  types: z.record(z.string(), z.string()).default({}),
  /** What values that are read as volts truly are in, where the file does not say it or says it wrongly. */
  voltUnit: z.enum(['mV', 'µV', 'nV']).nullable().default(null),
  /** Places of channels that the recording itself has none for, in metres, by name. */
  positions: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])).default({}),
  /** How the head lay, where files beside the recording say it; null leaves it to the recording. */
  head: meegHeadSchema.nullable().default(null),
  /** An events.tsv whose rows stand in for the recording's own annotations; null keeps those. */
  eventsPath: z.string().nullable().default(null),
  simulated: z.boolean().default(false),
  /** Whether what the header says of persons, places and times is stored. */
  keepPersonal: z.boolean().default(false),
});
export type PlannedMeeg = z.infer<typeof plannedMeegSchema>;

/** Parameters of the job `import.meeg`. */
export const meegPlanSchema = z.object({
  name: z.string(),
  runs: z.array(plannedMeegSchema).min(1),
  filter: meegFilterSchema.prefault({}),
  /** New sampling rate in Hz; null keeps the recording's. */
  sfreq: z.number().positive().nullable().default(null),
  /** Bits of trigger channels that count; null for all. */
  triggerMask: z.number().int().positive().nullable().default(null),
  /** Steps closer than this many samples are one event. */
  triggerMinSamples: z.number().int().nonnegative().default(0),
  epochs: meegEpochsSchema.nullable().default(null),
});
export type MeegPlan = z.infer<typeof meegPlanSchema>;

/** Details of a stored recording: the `meeg` attribute of its time × channel array. */
export const meegDetailsSchema = z.object({
  format: z.string(),
  channels: z.array(meegChannelSchema),
  events: z.array(meegEventSchema),
  /** Stretches that were never recorded, in samples of the stored array. */
  gaps: z.array(z.object({ start: z.number().int(), count: z.number().int() })),
  highpass: z.number(),
  lowpass: z.number(),
  deviceToHead: z.array(z.array(z.number())).nullable(),
  firstSample: z.number().int(),
  /** Null where nobody digitised the head, or an older version imported it. */
  digitised: meegDigitisedSchema.nullable().default(null),
});
export type MeegDetails = z.infer<typeof meegDetailsSchema>;

/** A stretch of a recording for display. */
export const meegPreviewSchema = z.object({
  path: z.string(),
  sfreq: z.number(),
  sampleCount: z.number().int(),
  start: z.number(),
  seconds: z.number(),
  channels: z.array(meegChannelSchema),
  /** Seconds of each drawn sample. */
  times: z.array(z.number()),
  /** One row per channel: drawn samples, in the channel's unit. */
  rows: z.array(z.array(z.number())),
  events: z.array(z.object({ time: z.number(), duration: z.number(), name: z.string() })),
  gaps: z.array(z.object({ start: z.number(), seconds: z.number() })),
});
export type MeegPreview = z.infer<typeof meegPreviewSchema>;

/** Result of the job `import.meeg`. */
export const meegReportSchema = z.object({
  recordings: z.array(
    z.object({
      recordingId: z.string(),
      path: z.string(),
      subject: z.string(),
      task: z.string(),
      modality: z.enum(['meg', 'eeg']),
      channels: z.number().int(),
      samples: z.number().int(),
      sfreq: z.number(),
      events: z.number().int(),
      epochs: z
        .object({
          arrayId: z.string().nullable(),
          kept: z.number().int(),
          dropped: z.number().int(),
          outside: z.number().int(),
        })
        .nullable(),
      notices: z.array(noticeSchema),
    }),
  ),
  failed: z.array(z.object({ path: z.string(), error: errorInfoSchema })),
  arrayIds: z.array(z.string()),
  seconds: z.number(),
});
export type MeegReport = z.infer<typeof meegReportSchema>;
