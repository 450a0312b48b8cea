import { z } from 'zod';

/** Balance: path of the centre of pressure. Gait: contacts of the left and the right half of the mat. */
export const pressureTestSchema = z.enum(['balance', 'gait']);
export type PressureTest = z.infer<typeof pressureTestSchema>;

const finite = z.number().nullable();

export const balanceResultSchema = z.object({
  kind: z.literal('balance'),
  seconds: z.number(),
  rate: finite,
  pathLength: finite,
  velocity: finite,
  ellipseArea: finite,
  /** Semi-axes of the 95 % ellipse. */
  ellipseMajor: finite,
  ellipseMinor: finite,
  rangeX: finite,
  rangeY: finite,
  /** "cm", or "cells" where the size of a cell is not known. */
  unit: z.enum(['cm', 'cells']),
  /** False under 20 frames a second. */
  resolvesSway: z.boolean(),
});
export type BalanceResult = z.infer<typeof balanceResultSchema>;

export const gaitResultSchema = z.object({
  kind: z.literal('gait'),
  seconds: z.number(),
  steps: z.number().int(),
  cadence: finite,
  stanceSeconds: finite,
  swingSeconds: finite,
  strideSeconds: finite,
  /** Of the stride, percent. */
  doubleSupport: finite,
  leftStanceSeconds: finite,
  rightStanceSeconds: finite,
  asymmetry: finite,
});
export type GaitResult = z.infer<typeof gaitResultSchema>;

/** What a test says; null where it cannot be told (too few steps, no cell size). */
export const testResultSchema = z.discriminatedUnion('kind', [balanceResultSchema, gaitResultSchema]);
export type TestResult = z.infer<typeof testResultSchema>;

/** Centre of pressure and its 95 % ellipse: row and column in cells, null where undefined. */
export const swaySchema = z.object({
  path: z.array(z.tuple([z.number(), z.number()]).nullable()),
  outline: z.array(z.tuple([z.number(), z.number()])),
});
export type Sway = z.infer<typeof swaySchema>;

/** What a pressure recording says of standing and walking. */
export const standAndWalkSchema = z.object({
  /** Frames looked at, and frames of the recording. */
  frames: z.number().int(),
  of: z.number().int(),
  balance: balanceResultSchema,
  gait: gaitResultSchema,
  sway: swaySchema,
  /** Edges of a cell in cm; null where not known. */
  cell: z.object({ width: z.number(), height: z.number() }).nullable(),
  /** Whether feet are sensors of their own, or the halves of one mat. */
  feet: z.enum(['sensors', 'halves']),
});
export type StandAndWalk = z.infer<typeof standAndWalkSchema>;
