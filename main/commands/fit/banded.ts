import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { putColumns, zeros } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { addRegressionOptions, delaysHelp, type RegressionFlags } from './regression.ts';
import { printable, secondsSince } from './summary-files.ts';
import { tellExcluded } from './tell.ts';

interface BandedFlags extends RegressionFlags {
  bands: string;
  iterations: string;
  weights?: string;
  refine: string;
  unique?: boolean;
  seed: string;
}

const definitions = `
Model: features of band b are multiplied by sqrt(gamma_b), then minimise |y - X w|^2 + alpha |w|^2 per target: a penalty
of alpha / gamma_b for band b. No intercept and no scaling unless asked for, as in "gyrus fit ridge".
Choice per target: least mean squared error on test samples, averaged over folds, among all pairs of a weight vector and
a penalty; the first of equals. Weight vectors: equal weights, then Dirichlet draws of concentration 0.1 and 1 in turn,
or the rows of --weights. --refine n: then n steps of gradient descent on log(gamma_b / alpha), per target, on the same
error; a step that raises it is not taken.
Writes to --out, all float32:
  weights.npy  bands x targets: gamma, summing to 1 (with --weights as given)
  alphas.npy   targets: the chosen penalty
  scores.npy   targets: mean over folds of R2 = 1 - sum (y - p)^2 / sum (y - mean y)^2 on test samples, at that choice
  r.npy        targets: mean over folds of Pearson r, at that choice
  split.npy    bands x targets: product measure, sum p_b (2 (y - mean y) - p) / sum (y - mean y)^2, mean over folds; what
               a mean of y adds is shared evenly, so that bands sum to scores.npy
  unique.npy   with --unique, bands x targets: R2 of all bands less R2 of all others, each with its own best choice
  coef.npy     features x targets: refitted on all samples, in raw units; with --center or --zscore add intercept.npy
  split.json   the folds and their hash; summary.json: settings, counts, medians
Scores are optimistic by the choice. Targets that are constant, NaN or infinite are NaN.
${delaysHelp} Bands name columns before delays; a band takes all its copies, and coef.npy keeps the order of the copies.`;

/** `gyrus fit banded`. */
export function registerBanded(fit: Command, deps: CommandDeps): void {
  addRegressionOptions(
    fit.command('banded').description('ridge with a weight per band of features and a penalty, per target'),
  )
    .requiredOption('--bands <list>', 'columns of every band, start:stop, in order: 0:300,300:1300')
    .option('--iterations <count>', 'weight vectors to try', '100')
    .option('--weights <file>', 'weight vectors to try instead, candidates × bands (.npy)')
    .option('--refine <steps>', 'steps of gradient descent after the search', '0')
    .option('--unique', 'unique variance of every band, by leaving it out')
    .option('--seed <number>', 'of the random search', '1')
    .addHelpText('after', definitions)
    .action(async (flags: BandedFlags) => {
      const summary = await runBanded(flags, deps);
      deps.out(printable(summary, flags.out, flags.json ?? false));
    });
}

async function searchOf(flags: BandedFlags): Promise<number | Float64Array[]> {
  const { parseCount } = await import('./delays.ts');
  if (flags.weights === undefined) return parseCount(flags.iterations, 'weight vectors');
  const { readMatrix } = await import('./array-files.ts');
  const { rows, cols, data } = await readMatrix(flags.weights);
  return Array.from({ length: rows }, (_, row) =>
    Float64Array.from(data.subarray(row * cols, (row + 1) * cols)),
  );
}

async function runBanded(flags: BandedFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { fitBanded },
    { bandRanks },
    { checkSeparable, uniqueVariance },
    { createNpyColumns },
    { median },
    { arrangeBands, openRegression },
    files,
    { parseCount },
  ] = await Promise.all([
    import('../../analysis/ridge/fit-banded.ts'),
    import('../../analysis/ridge/band-ranks.ts'),
    import('../../analysis/ridge/unique-variance.ts'),
    import('../../formats/npy/npy-columns.ts'),
    import('../../analysis/significance/bootstrap.ts'),
    import('./regression.ts'),
    import('./summary-files.ts'),
    import('./delays.ts'),
  ]);
  const started = performance.now();
  const { targets, split, penalties, scaling, batch, engine, ...problem } = await openRegression(flags, deps);
  try {
    const { features, bands, order } = await arrangeBands(problem.features, flags.bands, flags.delays);
    const ranks = await bandRanks(engine, features, bands);
    for (const { band, columns, rank } of ranks.filter(({ deficient }) => deficient)) {
      deps.err(
        `Band ${band} has rank ${rank} of ${columns} columns: some repeat others, and share their coefficient.\n`,
      );
    }
    const options = {
      ...{ features, bands, targets, folds: split.folds, penalties, scaling, signal: deps.signal },
      search: await searchOf(flags),
      refine: parseCount(flags.refine, 'steps', 0),
      seed: parseCount(flags.seed, 'a seed', 0),
      ...batch,
    };
    if (flags.unique) checkSeparable(bands);
    await mkdir(flags.out, { recursive: true });
    const count = targets.targets;
    const [alphas, scores, r, intercept] = [0, 0, 0, 0].map(() => new Float32Array(count));
    const [weights, splits] = [0, 0].map(() => zeros(bands.length, count));
    const coefficients = await createNpyColumns(join(flags.out, 'coef.npy'), features.cols, count);
    const excluded: number[] = [];
    await fitBanded(engine, options, async (block) => {
      alphas.set(block.penalty, block.start);
      scores.set(block.score, block.start);
      r.set(block.r, block.start);
      intercept.set(block.intercept, block.start);
      putColumns(weights, block.start, block.weights);
      putColumns(splits, block.start, block.split);
      block.excluded.forEach((out, index) => {
        if (out === 1) excluded.push(block.start + index);
      });
      const { cols: width, data } = block.coefficients;
      const inOrder = new Float32Array(data.length);
      order.forEach((to, from) => {
        inOrder.set(data.subarray(from * width, (from + 1) * width), to * width);
      });
      await coefficients.write(block.start, block.stop, inOrder);
    }).finally(coefficients.close);
    const shape = [count];
    const byBand = [bands.length, count];
    const unique = flags.unique ? (await uniqueVariance(engine, options, scores)).data : null;
    await files.writeArrays(flags.out, {
      weights: { shape: byBand, data: weights.data },
      alphas: { shape, data: alphas },
      scores: { shape, data: scores },
      r: { shape, data: r },
      split: { shape: byBand, data: splits.data },
      ...(unique === null ? {} : { unique: { shape: byBand, data: unique } }),
      ...(scaling === 'none' ? {} : { intercept: { shape, data: intercept } }),
    });
    tellExcluded(excluded, count, deps);
    const medians = (table: Float32Array): number[] =>
      bands.map((_, band) => median(table.subarray(band * count, (band + 1) * count)));
    const summary = {
      model: 'banded',
      ...problem.summary,
      bands: ranks,
      candidates: typeof options.search === 'number' ? options.search : options.search.length,
      refine: options.refine,
      seed: options.seed,
      excludedTargets: excluded.length,
      excluded: excluded.slice(0, 100),
      medianScore: median(scores),
      medianR: median(r),
      medianSplit: medians(splits.data),
      ...(unique === null ? {} : { medianUnique: medians(unique) }),
      seconds: secondsSince(started),
    };
    await files.writeSplit(flags.out, split);
    await files.writeSummary(flags.out, summary);
    return summary;
  } finally {
    await problem.close();
  }
}
