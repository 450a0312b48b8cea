import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { addRegressionOptions, delaysHelp, type RegressionFlags } from './regression.ts';
import { printable, secondsSince } from './summary-files.ts';
import { tellExcluded } from './tell.ts';

const definitions = `
Model: minimise |y - X w|^2 + alpha |w|^2 per target. No intercept and no scaling unless asked for;
--center subtracts, --zscore also divides by (population standard deviation) the training samples' numbers in every fold.
Penalty per target: least mean squared error on test samples, averaged over folds; the smaller of equals.
contiguous:k cuts as scikit-learn's KFold(k): the first samples % k folds are longer by one.
Writes to --out, all float32:
  alphas.npy   targets: the chosen penalty
  scores.npy   targets: mean over folds of R2 = 1 - sum (y - p)^2 / sum (y - mean y)^2 on test samples, at that penalty
  r.npy        targets: mean over folds of Pearson r, at that penalty
  coef.npy     features x targets: refitted on all samples, in raw units; with --center or --zscore add intercept.npy
  split.json   the folds and their hash; summary.json: settings, counts, medians
Scores and r are optimistic by the choice of the penalty. Targets that are constant, NaN or infinite are NaN.
${delaysHelp}`;

/** `gyrus fit ridge`. */
export function registerRidge(fit: Command, deps: CommandDeps): void {
  addRegressionOptions(
    fit.command('ridge').description('cross-validated ridge regression with one penalty per target'),
  )
    .addHelpText('after', definitions)
    .action(async (flags: RegressionFlags) => {
      const summary = await runRidge(flags, deps);
      deps.out(printable(summary, flags.out, flags.json ?? false));
    });
}

async function runRidge(flags: RegressionFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [{ fitRidge }, { createNpyColumns }, { median }, { openRegression }, files] = await Promise.all([
    import('../../analysis/ridge/fit-ridge.ts'),
    import('../../formats/npy/npy-columns.ts'),
    import('../../analysis/significance/bootstrap.ts'),
    import('./regression.ts'),
    import('./summary-files.ts'),
  ]);
  const started = performance.now();
  const { features, targets, split, penalties, scaling, batch, engine, ...problem } = await openRegression(
    flags,
    deps,
  );
  try {
    await preflight(engine, features, targets.targets, split.folds.length, penalties.length, batch, deps);
    await mkdir(flags.out, { recursive: true });
    const count = targets.targets;
    const [alphas, scores, r, intercept] = [0, 0, 0, 0].map(() => new Float32Array(count));
    const coefficients = await createNpyColumns(join(flags.out, 'coef.npy'), features.cols, count);
    const excluded: number[] = [];
    const options = { features, targets, folds: split.folds, penalties, scaling, signal: deps.signal };
    await fitRidge(engine, { ...options, ...batch }, async (block) => {
      alphas.set(block.penalty, block.start);
      scores.set(block.score, block.start);
      r.set(block.r, block.start);
      intercept.set(block.intercept, block.start);
      block.excluded.forEach((out, index) => {
        if (out === 1) excluded.push(block.start + index);
      });
      await coefficients.write(block.start, block.stop, block.coefficients.data);
    }).finally(coefficients.close);
    const shape = [count];
    await files.writeArrays(flags.out, {
      alphas: { shape, data: alphas },
      scores: { shape, data: scores },
      r: { shape, data: r },
      ...(scaling === 'none' ? {} : { intercept: { shape, data: intercept } }),
    });
    tellExcluded(excluded, count, deps);
    const summary = {
      model: 'ridge',
      ...problem.summary,
      excludedTargets: excluded.length,
      excluded: excluded.slice(0, 100),
      medianScore: median(scores),
      medianR: median(r),
      seconds: secondsSince(started),
    };
    await files.writeSplit(flags.out, split);
    await files.writeSummary(flags.out, summary);
    return summary;
  } finally {
    await problem.close();
  }
}

/** What a fit may take before it is told beforehand. */
const WORTH_TELLING = { seconds: 20, bytes: 2e9 };

/**
 * Tells what a large fit will take before it begins.
 * @throws UserError `fit.memory` where it cannot fit into this machine
 */
async function preflight(
  engine: MatrixEngine,
  features: Matrix<Floats>,
  targets: number,
  folds: number,
  penalties: number,
  batch: { readonly batch?: number },
  deps: CommandDeps,
): Promise<void> {
  const samples = features.rows;
  if (samples * Math.min(samples, features.cols) * targets < 1e10) return;
  const [{ estimateRidge, measureSpeed }, { totalmem }] = await Promise.all([
    import('../../analysis/ridge/estimate-cost.ts'),
    import('node:os'),
  ]);
  const size = { samples, features: features.cols, targets, folds, penalties, ...batch };
  const { seconds, peakBytes, diskBytes } = estimateRidge(size, await measureSpeed(engine));
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  if (peakBytes > totalmem()) {
    throw new UserError(
      'fit.memory',
      `This fit needs about ${gigabytes(peakBytes)} GB of memory and the machine has ${gigabytes(totalmem())}; use a smaller --batch or fewer delays.`,
      { needed: gigabytes(peakBytes), has: gigabytes(totalmem()) },
    );
  }
  if (seconds < WORTH_TELLING.seconds && peakBytes < WORTH_TELLING.bytes) return;
  deps.err(
    `This will take about ${seconds.toFixed(0)} s, ${gigabytes(peakBytes)} GB of memory and ${gigabytes(diskBytes)} GB on disk.\n`,
  );
}
