import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { putColumns, zeros } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { addRegressionOptions, delaysHelp, type RegressionFlags } from './regression.ts';
import { printable, secondsSince } from './summary-files.ts';
import { tellExcluded } from './tell.ts';

interface StackedFlags extends RegressionFlags {
  bands: string;
  inner: string;
}

const definitions = `
Model: one ridge per band (nested, as the encoding study: penalty per target on inner folds), then per target the weighted
mean of the bands' predictions; weights of 0 or more that sum to 1 and err least in squares on inner test samples.
Targets are z-scored by the outer training samples, features inside every fold; --center and --zscore change nothing.
Writes to --out, all float32:
  weights.npy  bands x targets: mean over outer folds
  scores.npy   targets: mean over outer folds of R2 of the stacked prediction; r.npy: of Pearson r
  alone.npy    bands x targets: R2 of every band alone
  split.json   outer and inner folds and their hash; summary.json
Scores are not optimistic: outer test samples choose nothing. Constant, NaN or infinite targets are NaN.
${delaysHelp} Bands name columns before delays.`;

/** `gyrus fit stacked`. */
export function registerStacked(fit: Command, deps: CommandDeps): void {
  addRegressionOptions(
    fit.command('stacked').description('one ridge per band, averaged per target by cross-validated weights'),
  )
    .requiredOption('--bands <list>', 'columns of every band, start:stop, in order: 0:300,300:1300')
    .option('--inner <folds>', 'contiguous inner folds in every outer training set', '3')
    .addHelpText('after', definitions)
    .action(async (flags: StackedFlags) => {
      const summary = await runStacked(flags, deps);
      deps.out(printable(summary, flags.out, flags.json ?? false));
    });
}

async function runStacked(flags: StackedFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { fitStacked },
    { withInnerFolds },
    { splitHash },
    { median },
    { arrangeBands, openRegression },
    files,
    { parseCount },
  ] = await Promise.all([
    import('../../analysis/ridge/fit-stacked.ts'),
    import('../../analysis/splits/make-splits.ts'),
    import('../../analysis/splits/split-manifest.ts'),
    import('../../analysis/significance/bootstrap.ts'),
    import('./regression.ts'),
    import('./summary-files.ts'),
    import('./delays.ts'),
  ]);
  const started = performance.now();
  const { targets, penalties, batch, engine, ...problem } = await openRegression(flags, deps);
  try {
    const { features, bands } = await arrangeBands(problem.features, flags.bands, flags.delays);
    const split = withInnerFolds(problem.split, parseCount(flags.inner, 'folds', 3));
    await mkdir(flags.out, { recursive: true });
    const count = targets.targets;
    const [scores, r] = [0, 0].map(() => new Float32Array(count));
    const [weights, alone] = [0, 0].map(() => zeros(bands.length, count));
    const excluded: number[] = [];
    const options = { features, bands, targets, split, penalties, signal: deps.signal, ...batch };
    await fitStacked(engine, options, (block) => {
      scores.set(block.r2, block.start);
      r.set(block.r, block.start);
      putColumns(weights, block.start, block.weights);
      putColumns(alone, block.start, block.alone);
      block.excluded.forEach((out, index) => {
        if (out === 1) excluded.push(block.start + index);
      });
    });
    const [shape, byBand] = [[count], [bands.length, count]];
    await files.writeArrays(flags.out, {
      weights: { shape: byBand, data: weights.data },
      scores: { shape, data: scores },
      r: { shape, data: r },
      alone: { shape: byBand, data: alone.data },
    });
    tellExcluded(excluded, count, deps);
    const medians = (table: Float32Array): number[] =>
      bands.map((_, band) => median(table.subarray(band * count, (band + 1) * count)));
    const summary = {
      model: 'stacked',
      ...problem.summary,
      scaling: 'zscore',
      splitHash: splitHash(split),
      innerFolds: split.folds[0].inner.length,
      excludedTargets: excluded.length,
      excluded: excluded.slice(0, 100),
      medianScore: median(scores),
      medianR: median(r),
      medianWeights: medians(weights.data),
      medianAlone: medians(alone.data),
      seconds: secondsSince(started),
    };
    await files.writeSplit(flags.out, split);
    await files.writeSummary(flags.out, summary);
    return summary;
  } finally {
    await problem.close();
  }
}
