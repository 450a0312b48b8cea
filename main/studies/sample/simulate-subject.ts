import { pearson } from '../../analysis/metrics.ts';
import { driftColumns, orthonormalBasis, removeNuisance } from '../../analysis/nuisance.ts';
import type { Matrix, Matrix64 } from '../../tensor/matrix.ts';
import { zeros } from '../../tensor/matrix.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import { autoregressive, drift, headMotion, motionExpansion } from './noise.ts';

/** What the voxels of one region respond to. */
export interface PlantedTuning {
  /** Time series to mix with random weights per voxel: distinct stories one after another × components. */
  readonly components: Matrix64;
  /** Voxels by their place in the mask. */
  readonly voxels: Int32Array;
  /** Correlation between the tuned part and the whole reliable response. */
  readonly strength: number;
  /** Share of standard deviation that is reliable, before realisation: the ceiling aimed at. */
  readonly ceiling: number;
}

/** One run to make: which story it plays, where that story's samples lie in the components. */
export interface PlannedRun {
  readonly story: number;
  readonly start: number;
  readonly samples: number;
}

export interface SubjectPlan {
  readonly voxels: number;
  readonly runs: readonly PlannedRun[];
  readonly tunings: readonly PlantedTuning[];
  readonly repetitionTime: number;
  readonly highPassSeconds: number;
  /** Samples at both ends of a run that the realised numbers leave out. */
  readonly trim: number;
  /** AR(1) coefficient of the noise. */
  readonly autocorrelation: number;
  readonly seed: number;
  /** Stream of random numbers, so that subjects differ. */
  readonly stream: number;
}

/** What is known of a planted voxel because it was made here. */
export interface RealisedVoxel {
  readonly voxel: number;
  /** Correlation of the noiseless response with the data, both cleaned, mean over stories. */
  readonly ceiling: number;
  /** Correlation of the tuned part with the noiseless response, likewise cleaned. */
  readonly strength: number;
}

export interface SimulatedRun {
  /** samples × voxels, in units of the noise-free response's grey values around 1000. */
  readonly data: Matrix;
  readonly motion: Float64Array[];
}

export interface SimulatedSubject {
  readonly runs: readonly SimulatedRun[];
  /** One list per tuning. */
  readonly realised: readonly (readonly RealisedVoxel[])[];
}

/** Grey values per unit of cleaned signal; about 1 % of the baseline, as BOLD is. */
const UNIT = 10;

/**
 * Simulates all runs of a subject: baseline 1000 + drift + head motion + UNIT · (c · response + √(1 − c²) · noise) in
 * planted voxels, where response = s · tuned + √(1 − s²) · untuned, s the strength, c the ceiling; noise alone
 * elsewhere. The untuned part is the same in repeats of a story, so that it counts as reliable, but no feature knows
 * it. Noise is drawn anew for every run.
 */
export function simulateSubject(plan: SubjectPlan): SimulatedSubject {
  const random = createRandom(plan.seed, plan.stream);
  const runs = plan.runs.map((run): SimulatedRun => {
    const data = zeros(run.samples, plan.voxels);
    return { data, motion: headMotion(random, run.samples) };
  });
  fillNoise(plan, runs, random);
  const bases = runs.map(({ motion, data }) =>
    orthonormalBasis([
      ...driftColumns(data.rows, plan.repetitionTime, plan.highPassSeconds),
      ...motionExpansion(motion).map(({ series }) =>
        series.map((value) => (Number.isNaN(value) ? 0 : value)),
      ),
    ]),
  );
  const realised = plan.tunings.map((tuning) =>
    Array.from(tuning.voxels, (voxel) => plantVoxel(plan, runs, bases, tuning, voxel, random)),
  );
  addSlowParts(plan, runs, random);
  return { runs, realised };
}

function fillNoise(plan: SubjectPlan, runs: readonly SimulatedRun[], random: Random): void {
  for (const { data } of runs) {
    const series = new Float64Array(data.rows);
    for (let voxel = 0; voxel < plan.voxels; voxel += 1) {
      autoregressive(random, series, plan.autocorrelation);
      for (let t = 0; t < data.rows; t += 1) data.data[t * data.cols + voxel] = series[t];
    }
  }
}

function plantVoxel(
  plan: SubjectPlan,
  runs: readonly SimulatedRun[],
  bases: readonly Float64Array[][],
  tuning: PlantedTuning,
  voxel: number,
  random: Random,
): RealisedVoxel {
  const tuned = mix(tuning.components, random);
  const untuned = untunedSeries(plan, tuned.length, random);
  const { strength, ceiling } = tuning;
  const rest = Math.sqrt(1 - strength * strength);
  const response = tuned.map((value, t) => strength * value + rest * untuned[t]);
  const noiseShare = Math.sqrt(1 - ceiling * ceiling);
  const ceilings: number[] = [];
  const strengths: number[] = [];
  runs.forEach(({ data }, index) => {
    const run = plan.runs[index];
    const column = zeros(run.samples, 3);
    for (let t = 0; t < run.samples; t += 1) {
      const at = t * data.cols + voxel;
      data.data[at] = ceiling * response[run.start + t] + noiseShare * data.data[at];
      column.data[3 * t] = data.data[at];
      column.data[3 * t + 1] = response[run.start + t];
      column.data[3 * t + 2] = tuned[run.start + t];
    }
    removeNuisance(column, bases[index]);
    const [measured, noiseless, tunedPart] = [0, 1, 2].map((side) =>
      column.data.filter((_, at) => at % 3 === side).subarray(plan.trim, run.samples - plan.trim),
    );
    ceilings.push(pearson(measured, noiseless));
    strengths.push(pearson(tunedPart, noiseless));
  });
  return { voxel, ceiling: perStory(plan, ceilings), strength: perStory(plan, strengths) };
}

/** Mean over stories of the mean over their runs: a repeated story counts once, as it does in the folds. */
function perStory(plan: SubjectPlan, values: readonly number[]): number {
  const stories = [...new Set(plan.runs.map((run) => run.story))];
  const means = stories.map((story) => {
    const own = values.filter((_, index) => plan.runs[index].story === story);
    return own.reduce((a, b) => a + b, 0) / own.length;
  });
  return means.reduce((a, b) => a + b, 0) / means.length;
}

/** Random mixture of uncorrelated components of unit variance, itself of unit variance. */
function mix(components: Matrix64, random: Random): Float64Array {
  const weights = Float64Array.from({ length: components.cols }, () => random.normal());
  const norm = Math.hypot(...weights);
  const out = new Float64Array(components.rows);
  for (let r = 0; r < components.rows; r += 1)
    for (let k = 0; k < components.cols; k += 1)
      out[r] += (weights[k] / norm) * components.data[r * components.cols + k];
  return out;
}

/** A smooth random series (AR(1), 0.4), cleaned of drift story by story, unit variance. */
function untunedSeries(plan: SubjectPlan, length: number, random: Random): Float64Array {
  const out = new Float64Array(length);
  for (const run of plan.runs.filter(
    (one, i) => plan.runs.findIndex((other) => other.story === one.story) === i,
  )) {
    const piece = new Float64Array(run.samples);
    autoregressive(random, piece, 0.4);
    const column = { rows: run.samples, cols: 1, data: Float32Array.from(piece) };
    removeNuisance(
      column,
      orthonormalBasis(driftColumns(run.samples, plan.repetitionTime, plan.highPassSeconds)),
    );
    out.set(column.data, run.start);
  }
  return unit(out);
}

function addSlowParts(plan: SubjectPlan, runs: readonly SimulatedRun[], random: Random): void {
  for (const { data, motion } of runs) {
    const slow = new Float64Array(data.rows);
    for (let voxel = 0; voxel < plan.voxels; voxel += 1) {
      drift(random, slow);
      const baseline = 1000 + 60 * random.normal();
      const weights = motion.map((_, index) => (index < 3 ? 2 : 100) * random.normal());
      for (let t = 0; t < data.rows; t += 1) {
        let moved = 0;
        for (let m = 0; m < weights.length; m += 1) moved += weights[m] * motion[m][t];
        const at = t * data.cols + voxel;
        data.data[at] = baseline + UNIT * (data.data[at] + 1.2 * slow[t] + 0.3 * moved);
      }
    }
  }
}

function unit(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const power = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = power > 0 ? 1 / Math.sqrt(power) : 0;
  return values.map((value) => (value - mean) * scale);
}
