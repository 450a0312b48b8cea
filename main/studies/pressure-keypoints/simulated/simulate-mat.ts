import { z } from 'zod';
import type { FrameSet } from '../../../models/pressure/frames.ts';
import { createRandom, type Random } from '../../../tensor/random/xoshiro.ts';
import {
  drawPose,
  JOINTS,
  jointsOf,
  type Person,
  type Place,
  POSTURES,
  type Pose,
  type Posture,
} from './body.ts';
import { type Contact, contactsOf } from './contacts.ts';

/** What a simulated set of mat recordings is made of. */
export const simulatedMatOptionsSchema = z.object({
  seed: z.number().int().nonnegative().default(1),
  subjects: z.number().int().min(1).max(100).default(8),
  /** On the back and on both sides, as in the pmd and SLP sets; "prone" where asked for. */
  postures: z.array(z.enum(POSTURES)).min(1).default(['supine', 'left', 'right']),
  /** Recordings of each posture per subject, each in a pose of its own. */
  poses: z.number().int().min(1).max(100).default(6),
  /** Frames per recording, one a second. */
  frames: z.number().int().min(1).max(10_000).default(6),
  rows: z.number().int().min(8).default(64),
  cols: z.number().int().min(8).default(32),
  /** Edge of a cell in centimetres. */
  cellSize: z.number().positive().default(3),
  /** Deviation of the noise of one cell, kPa. */
  noise: z.number().nonnegative().default(0.12),
  /** Relative deviation of the cells' gains. */
  gainSpread: z.number().nonnegative().default(0.06),
  /** Cells that always read too much. */
  hotCells: z.number().int().nonnegative().default(3),
});
export type SimulatedMatOptions = z.infer<typeof simulatedMatOptionsSchema>;

/** Simulated recordings with the joints that made them. Pressure in kPa. */
export interface SimulatedMat extends FrameSet {
  readonly simulated: true;
  readonly postures: readonly Posture[];
  /** frame × joint × (row, column), in cells. */
  readonly joints: Float32Array;
  readonly options: SimulatedMatOptions;
}

/** Breaths per second. */
const BREATHING = 0.25;
/** Share by which breathing changes the load of chest and belly. */
const BREATH_DEPTH = 0.08;
/** Newton per kilogram. */
const GRAVITY = 9.81;
/** Crosstalk between neighbouring cells: share of a cell's reading that leaks to each of four neighbours. */
const LEAK = 0.06;

/**
 * Simulates people lying on a mat: an articulated body of 14 joints with segment weights, four postures with poses
 * drawn at random, breathing, crosstalk, uneven gains, noise and hot cells. Same options, same bytes.
 */
export function simulateMat(given: z.input<typeof simulatedMatOptionsSchema> = {}): SimulatedMat {
  const options = simulatedMatOptionsSchema.parse(given);
  const { subjects, poses, frames: perRecording, rows, cols, seed } = options;
  const total = subjects * options.postures.length * poses * perRecording;
  const cells = rows * cols;
  const frames = new Float32Array(total * cells);
  const joints = new Float32Array(total * JOINTS.length * 2);
  const made: { subject: string; recording: string; posture: Posture }[] = [];
  for (let subject = 0; subject < subjects; subject++) {
    const random = createRandom(seed, subject);
    const person: Person = { height: 155 + 35 * random.uniform(), mass: 50 + 45 * random.uniform() };
    const sensor = drawSensor(random, options);
    for (const posture of options.postures)
      for (let pose = 0; pose < poses; pose++) {
        const drawn = drawPose(random, posture, [
          (rows * options.cellSize) / 2,
          (cols * options.cellSize) / 2,
        ]);
        const phase = random.uniform();
        for (let frame = 0; frame < perRecording; frame++) {
          const at = made.length;
          const moved = jitter(random, drawn);
          const breath = Math.sin(2 * Math.PI * (BREATHING * frame + phase));
          const view = frames.subarray(at * cells, (at + 1) * cells);
          press(view, contactsOf(person, moved), person.mass * GRAVITY, breath, options);
          sense(view, random, sensor, options);
          for (const [joint, [down, across]] of jointsOf(person, moved).entries())
            joints.set(toCells(down, across, options.cellSize), (at * JOINTS.length + joint) * 2);
          made.push({
            subject: String(subject + 1),
            recording: `${subject + 1}-${posture}-${pose + 1}`,
            posture,
          });
        }
      }
  }
  return {
    simulated: true,
    rows,
    cols,
    cellSize: options.cellSize,
    frames,
    joints,
    subjects: made.map(({ subject }) => subject),
    recordings: made.map(({ recording }) => recording),
    postures: made.map(({ posture }) => posture),
    options,
  };
}

function toCells(down: number, across: number, cellSize: number): Place {
  return [down / cellSize - 0.5, across / cellSize - 0.5];
}

/** The small movements of someone who lies still. */
function jitter(random: Random, pose: Pose): Pose {
  const still = (value: number, reach: number) => value + random.normal() * reach;
  const limb = (one: Pose['arms'][0]) => ({
    ...one,
    first: still(one.first, 0.01),
    second: still(one.second, 0.015),
  });
  return {
    ...pose,
    centre: [still(pose.centre[0], 0.15), still(pose.centre[1], 0.15)],
    arms: [limb(pose.arms[0]), limb(pose.arms[1])],
    legs: [limb(pose.legs[0]), limb(pose.legs[1])],
  };
}

/** Adds every contact's load as a Gaussian whose sum over the mat is its share of the weight; kPa. */
function press(
  frame: Float32Array,
  contacts: readonly Contact[],
  newtons: number,
  breath: number,
  { rows, cols, cellSize }: SimulatedMatOptions,
): void {
  for (const { at, share, width, breathing } of contacts) {
    const [row, col] = toCells(at[0], at[1], cellSize);
    const sigma = width / cellSize;
    const load = newtons * share * (1 + BREATH_DEPTH * breathing * breath);
    // N / cm² × 10 = kPa, spread over 2πσ² cells.
    const height = (10 * load) / (2 * Math.PI * width ** 2);
    const reach = Math.ceil(3 * sigma);
    for (let y = Math.max(0, Math.floor(row) - reach); y <= Math.min(rows - 1, Math.ceil(row) + reach); y++)
      for (let x = Math.max(0, Math.floor(col) - reach); x <= Math.min(cols - 1, Math.ceil(col) + reach); x++)
        frame[y * cols + x] += height * Math.exp(-((y - row) ** 2 + (x - col) ** 2) / (2 * sigma ** 2));
  }
}

interface Sensor {
  readonly gains: Float32Array;
  readonly hot: readonly (readonly [number, number])[];
}

function drawSensor(random: Random, { rows, cols, gainSpread, hotCells }: SimulatedMatOptions): Sensor {
  return {
    gains: Float32Array.from({ length: rows * cols }, () => Math.exp(random.normal() * gainSpread)),
    hot: Array.from(
      { length: hotCells },
      () => [random.integer(rows * cols), 25 + 25 * random.uniform()] as const,
    ),
  };
}

/** What the mat makes of the pressure: crosstalk, gains, noise, hot cells; never below zero. */
function sense(
  frame: Float32Array,
  random: Random,
  sensor: Sensor,
  { rows, cols, noise }: SimulatedMatOptions,
): void {
  const pure = frame.slice();
  const at = (row: number, col: number) =>
    row < 0 || col < 0 || row >= rows || col >= cols ? 0 : pure[row * cols + col];
  for (let row = 0, cell = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, cell++) {
      const near = at(row - 1, col) + at(row + 1, col) + at(row, col - 1) + at(row, col + 1);
      const read = (pure[cell] * (1 - 4 * LEAK) + LEAK * near) * sensor.gains[cell] + random.normal() * noise;
      frame[cell] = Math.max(0, read);
    }
  for (const [cell, value] of sensor.hot) frame[cell] += value;
}
