import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { CommandDeps } from '../command.ts';
import { addRegressionOptions, delaysHelp, type RegressionFlags } from './regression.ts';
import { printable, secondsSince } from './summary-files.ts';

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
  const [{ fitRidge }, { createNpyColumns }, { median }, { openRegression, tellExcluded }, files] =
    await Promise.all([
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
