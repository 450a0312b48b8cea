import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Floats, type Matrix, type Matrix64, matrixOf, toFloat64, zeros } from '../../tensor/matrix.ts';
import { createScratch } from '../../tensor/scratch.ts';
import type { Fold } from '../splits/split-manifest.ts';
import { type BandFold, bandFold, weighBands } from './band-fold.ts';
import type { BandedBlock, BandedOptions } from './banded-types.ts';
import { bandWeights, checkBands, checkWeights } from './bands.ts';
import { checkInputs, choosePrecision, offsetSample } from './check-inputs.ts';
import { coefficientsInBasis, inPrecision, type Precision } from './fold-model.ts';
import { checkPenalties } from './penalties.ts';
import { bandCoefficients, inBasis, refineFold, solveBands, weightsOf } from './refine-bands.ts';
import { refineGroup } from './refine-group.ts';
import { type BandedChoice, searchBands, takeColumns, tilesOf } from './search-bands.ts';
import { scalingOf } from './spectral-basis.ts';
import { excludeUnusable, foldTargets } from './target-block.ts';

/** Targets that chose one weight vector. */
interface Group {
  readonly weights: Float64Array;
  readonly columns: Int32Array;
}

function groupsOf(choice: BandedChoice, candidates: readonly Float64Array[], excluded: Uint8Array): Group[] {
  const members = candidates.map((): number[] => []);
  choice.candidate.forEach((candidate, column) => {
    if (excluded[column] === 0) members[candidate].push(column);
  });
  return candidates
    .map((weights, index) => ({ weights, columns: Int32Array.from(members[index]) }))
    .filter(({ columns }) => columns.length > 0);
}

/** Coefficients of scaled features of one group's targets on all samples. */
async function fullCoefficients(
  engine: MatrixEngine,
  full: BandFold,
  group: Group,
  train: Matrix<Floats>,
  logDeltas: Matrix64 | null,
  penaltyOf: Float64Array,
  precision: Precision,
): Promise<Matrix<Floats>> {
  if (logDeltas !== null) {
    const own = await refineFold(engine, full, group.weights);
    const deltas = matrixOf(logDeltas.rows, logDeltas.cols, logDeltas.data.map(Math.exp));
    const w = await solveBands(engine, own.kernels, deltas, await inBasis(engine, own, toFloat64(train)));
    return bandCoefficients(engine, own, deltas, w);
  }
  const basis = await weighBands(engine, full, group.weights);
  const projected = await engine.multiply(inPrecision(basis.project, precision), train);
  const inner = coefficientsInBasis(basis.spectrum, projected, penaltyOf, createScratch());
  return engine.multiply(inPrecision(await basis.coefficients(), precision), inner);
}

/** Puts a group's coefficients in the units of features and targets as given. */
function place(
  block: Pick<BandedBlock, 'coefficients' | 'intercept'>,
  group: Group,
  own: Matrix<Floats>,
  full: BandFold,
  target: { means: Float64Array; deviations: Float64Array },
): void {
  const { cols } = block.coefficients;
  const intercept = Float64Array.from(group.columns, (column) => target.means[column]);
  for (let feature = 0, at = 0; feature < own.rows; feature++) {
    for (const [index, column] of group.columns.entries()) {
      const value = (own.data[at++] * target.deviations[column]) / full.featureDeviations[feature];
      block.coefficients.data[feature * cols + column] = value;
      intercept[index] -= value * full.featureMeans[feature];
    }
  }
  group.columns.forEach((column, index) => {
    block.intercept[column] = intercept[index];
  });
}

/** Targets per batch whose copies for every fold and working arrays take some 512 MB. */
function bandedBatch(features: Matrix<Floats>, folds: number, targets: number, precision: Precision): number {
  const perTarget = (precision === 'float64' ? 8 : 4) * features.rows * (2 + folds) + 8 * 20;
  return Math.max(1, Math.min(targets, Math.floor(512e6 / perTarget)));
}

/**
 * Banded ridge: features of band b are scaled by √γ_b, then ridge with penalty λ; γ and λ are chosen per target by
 * mean squared error over the folds, among random weight vectors and the penalty grid, and refined by gradient descent
 * where asked for. Equal to a penalty λ / γ_b per band. Targets come and results go batch by batch.
 * Source: Dupré la Tour et al. 2022, doi 10.1016/j.neuroimage.2022.119728.
 * @throws UserError `banded.bands`, `banded.weights`, `banded.refine` and as `fitRidge`
 */
export async function fitBanded(
  engine: MatrixEngine,
  options: BandedOptions,
  take: (block: BandedBlock) => void | Promise<void>,
): Promise<void> {
  const { features, bands, targets, folds, penalties, signal, report } = options;
  const refine = options.refine ?? 0;
  checkInputs(features, targets.samples, features.rows);
  checkPenalties(penalties);
  checkBands(bands, features.cols);
  if (!Number.isInteger(refine) || refine < 0) {
    throw new UserError('banded.refine', `${refine} steps of refinement cannot be done; give 0 or more.`, {
      refine,
    });
  }
  const search = options.search ?? 100;
  const candidates =
    typeof search === 'number' ? bandWeights(bands.length, search, options.seed) : [...search];
  checkWeights(candidates, bands.length);
  const scaling = options.scaling ?? 'none';
  const work = targets.targets * Math.min(candidates.length, 10);
  const precision = choosePrecision(features, work, await offsetSample(targets, scaling));
  const batch = options.batch ?? bandedBatch(features, folds.length, targets.targets, precision);
  const prepared: BandFold[] = [];
  for (const fold of folds) prepared.push(await bandFold(engine, features, fold, bands, scaling));
  const all: Fold = { train: [{ start: 0, stop: features.rows }], test: [] };
  const full = options.coefficients === false ? null : await bandFold(engine, features, all, bands, scaling);
  const scratch = createScratch();
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  const batches = Math.ceil(targets.targets / batch);
  const total = batches * candidates.length;
  for (let start = 0, done = 0; start < targets.targets; start += batch, done += candidates.length) {
    signal?.throwIfAborted();
    const stop = Math.min(targets.targets, start + batch);
    const raw = await targets.read(start, stop, scratch);
    const excluded = excludeUnusable(raw, rows);
    const block = inPrecision(raw, precision);
    const choice = await searchBands(engine, prepared, tilesOf(block, prepared, scaling), {
      candidates,
      penalties,
      precision,
      details: options.details !== false,
      signal,
      done: (candidate) => report?.({ phase: 'search', done: done + candidate, total, unit: 'weights' }),
    });
    const count = stop - start;
    const result = {
      start,
      stop,
      weights: zeros(bands.length, count),
      penalty: Float32Array.from(choice.penalty, (index) => penalties[index]),
      coefficients: zeros(full === null ? 0 : features.cols, count),
      intercept: new Float32Array(count),
      excluded,
    };
    choice.candidate.forEach((index, column) => {
      for (const [band, weight] of candidates[index].entries())
        result.weights.data[band * count + column] = weight;
    });
    const scale = scalingOf(block, scaling);
    const groups = groupsOf(choice, candidates, excluded);
    for (const [index, group] of groups.entries()) {
      signal?.throwIfAborted();
      const logDeltas =
        refine === 0
          ? null
          : await refineGroup(engine, prepared, block, scaling, group, choice, penalties, refine, signal);
      if (logDeltas !== null) keepRefined(result, group, logDeltas);
      if (full !== null) {
        const penaltyOf = Float64Array.from(group.columns, (column) => penalties[choice.penalty[column]]);
        const { train } = foldTargets(takeColumns(block, group.columns), full, scaling, createScratch());
        const own = await fullCoefficients(engine, full, group, train, logDeltas, penaltyOf, precision);
        place(result, group, own, full, scale);
      }
      report?.({ phase: 'refit', done: index + 1, total: groups.length, unit: 'weights' });
    }
    const average = (sums: Float64Array): Float32Array =>
      Float32Array.from(sums, (sum) => sum / folds.length);
    const split = matrixOf(
      bands.length,
      count,
      choice.split.data.map((sum) => sum / folds.length),
    );
    const finished = { ...result, score: average(choice.score), r: average(choice.r), split };
    blank(finished);
    await take(finished);
  }
}

function keepRefined(
  result: Pick<BandedBlock, 'weights' | 'penalty'>,
  { columns }: Group,
  logDeltas: Matrix64,
): void {
  const { weights, penalty } = weightsOf(logDeltas);
  columns.forEach((column, index) => {
    result.penalty[column] = penalty[index];
    for (let band = 0; band < weights.rows; band++)
      result.weights.data[band * result.weights.cols + column] = weights.data[band * weights.cols + index];
  });
}

/** NaN for what was excluded. */
function blank({ weights, penalty, score, r, split, coefficients, intercept, excluded }: BandedBlock): void {
  excluded.forEach((out, column) => {
    if (out === 0) return;
    for (const values of [penalty, score, r, intercept]) values[column] = Number.NaN;
    for (const { cols, data } of [weights, split, coefficients]) {
      for (let at = column; at < data.length; at += cols) data[at] = Number.NaN;
    }
  });
}
