import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { foldsHelp } from './parse-folds.ts';
import { printable, secondsSince, writeArrays, writeSummary } from './summary-files.ts';

interface RidgeFlags {
  x: string;
  y: string;
  folds: string;
  alphas: string;
  delays?: string;
  device: 'cpu' | 'webgpu' | 'cuda' | 'auto';
  batch?: string;
  center?: boolean;
  zscore?: boolean;
  allowLeakage?: boolean;
  out: string;
  json?: boolean;
}

const definitions = `
Model: minimise |y - X w|^2 + alpha |w|^2 per target. No intercept and no scaling unless asked for;
--center subtracts, --zscore also divides by (population standard deviation) the training samples' numbers in every fold.
Penalty per target: least mean squared error on test samples, averaged over folds; the smaller of equals.
Writes to --out, all float32:
  alphas.npy   targets: the chosen penalty
  scores.npy   targets: mean over folds of R2 = 1 - sum (y - p)^2 / sum (y - mean y)^2 on test samples, at that penalty
  r.npy        targets: mean over folds of Pearson r, at that penalty
  coef.npy     features x targets: refitted on all samples, in raw units; with --center or --zscore add intercept.npy
  split.json   the folds and their hash; summary.json: settings, counts, medians
Scores and r are optimistic by the choice of the penalty. Targets that are constant, NaN or infinite are NaN.
--delays d1,d2: one copy of all features per delay, copy k of row t being row t - dk (zeros before the start).`;

/** `gyrus fit ridge`. */
export function registerRidge(fit: Command, deps: CommandDeps): void {
  fit
    .command('ridge')
    .description('cross-validated ridge regression with one penalty per target')
    .requiredOption('--x <file>', 'features, samples × features (.npy)')
    .requiredOption(
      '--y <file>',
      'targets, samples × targets (.npy); read in batches, need not fit in memory',
    )
    .option('--folds <how>', foldsHelp, 'contiguous:5')
    .option('--alphas <grid>', 'first:last:count on a log scale, or a list', '1e-2:1e6:20')
    .option('--delays <list>', 'finite impulse response: delays in samples')
    .option('--device <name>', 'cpu, webgpu, cuda or auto', 'cpu')
    .option('--batch <targets>', 'targets at once')
    .option('--center', 'subtract means, inside folds')
    .option('--zscore', 'subtract means and divide by deviations, inside folds')
    .option('--allow-leakage', 'accept scattered folds of autocorrelated data; split and summary are marked')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: RidgeFlags) => {
      const summary = await runRidge(flags, deps);
      deps.out(printable(summary, flags.out, flags.json ?? false));
    });
}

async function withDelays(
  features: Matrix<Floats>,
  delays: string | undefined,
  runs: readonly number[],
): Promise<Matrix<Floats>> {
  if (delays === undefined) return features;
  const { parseDelays, delayColumns } = await import('./delays.ts');
  return delayColumns(features, parseDelays(delays), runs);
}

async function runRidge(flags: RidgeFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { fitRidge },
    { parsePenalties },
    { splitHash },
    { createRuntimeEngine },
    files,
    { createNpyColumns },
    { parseFolds },
    { median },
  ] = await Promise.all([
    import('../../analysis/ridge/fit-ridge.ts'),
    import('../../analysis/ridge/penalties.ts'),
    import('../../analysis/splits/split-manifest.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./array-files.ts'),
    import('../../formats/npy/npy-columns.ts'),
    import('./parse-folds.ts'),
    import('../../analysis/significance/bootstrap.ts'),
  ]);
  const started = performance.now();
  const penalties = parsePenalties(flags.alphas);
  const targets = await files.openTargets(flags.y);
  const engine = createRuntimeEngine({
    device: flags.device,
    onNotice: (notice) => deps.err(`${notice.message}\n`),
  });
  try {
    const split = await parseFolds(flags.folds, targets, flags.allowLeakage ?? false);
    const raw = await files.readMatrix(flags.x);
    const features = await withDelays(
      raw,
      flags.delays,
      split.runs.map((run) => run.samples),
    );
    const scaling = flags.zscore ? 'zscore' : flags.center ? 'center' : 'none';
    await mkdir(flags.out, { recursive: true });
    const count = targets.targets;
    const [alphas, scores, r, intercept] = [0, 0, 0, 0].map(() => new Float32Array(count));
    const coefficients = await createNpyColumns(join(flags.out, 'coef.npy'), features.cols, count);
    let excluded = 0;
    const options = {
      features,
      targets,
      folds: split.folds,
      penalties,
      scaling,
      signal: deps.signal,
      ...(flags.batch === undefined ? {} : { batch: Number(flags.batch) }),
    } as const;
    await fitRidge(engine, options, async (block) => {
      alphas.set(block.penalty, block.start);
      scores.set(block.score, block.start);
      r.set(block.r, block.start);
      intercept.set(block.intercept, block.start);
      excluded += block.excluded.reduce((sum, out) => sum + out, 0);
      await coefficients.write(block.start, block.stop, block.coefficients.data);
    });
    await coefficients.close();
    const shape = [count];
    await writeArrays(flags.out, {
      alphas: { shape, data: alphas },
      scores: { shape, data: scores },
      r: { shape, data: r },
      ...(scaling === 'none' ? {} : { intercept: { shape, data: intercept } }),
    });
    const summary = {
      model: 'ridge',
      samples: features.rows,
      features: features.cols,
      targets: count,
      excludedTargets: excluded,
      folds: split.folds.length,
      splitHash: splitHash(split),
      leakageMark: split.leakageMark,
      penalties,
      scaling,
      delays: flags.delays ?? null,
      device: engine.device,
      medianScore: median(scores),
      medianR: median(r),
      seconds: secondsSince(started),
    };
    await writeFile(
      join(flags.out, 'split.json'),
      `${JSON.stringify({ hash: splitHash(split), ...split }, null, 2)}\n`,
    );
    await writeSummary(flags.out, summary);
    return summary;
  } finally {
    await targets.close();
    await engine.dispose();
  }
}
