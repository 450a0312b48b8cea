import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { printable, secondsSince } from './summary-files.ts';

interface CeilingFlags {
  repeats?: string[];
  halves?: string[];
  subjects?: string[];
  folds: string;
  alphas: string;
  seed: string;
  out: string;
  json?: boolean;
}

const definitions = `
One of:
--repeats: two or more recordings of the same stimulus, samples x targets each. Every repeat z-scored over time;
  EV = 1 - mean (y_i - mean y)^2, less its bias (1 - EV) / (N - 1). Writes explainable.npy (EV), single.npy (highest r
  against one repeat, sqrt max(EV, 0)), mean.npy (against the mean of the repeats, sqrt(N EV / (1 + (N - 1) EV))).
--halves: two recordings (means of odd and even repeats, of two groups). Writes reliability.npy: r between them, stepped
  up to full length by Spearman-Brown, 2 r / (1 + r); negative r stays.
--subjects: three or more people, samples x voxels each, same stimuli. Pools of k = 2 ... K subjects predict a held-out
  one by nested ridge; v(k) = v0 (1 - exp(-k / tau)) is fitted to medians, 100 bootstraps, median v0 (Schrimpf 2021).
  Writes pools.npy, sizes x subjects: median r over the held-out subject's voxels.
Columns that are constant, NaN or infinite in any recording are NaN (with --subjects: left out of that subject).`;

/** `gyrus fit ceiling`. */
export function registerCeiling(fit: Command, deps: CommandDeps): void {
  fit
    .command('ceiling')
    .description('how well the best model could do: from repeats, halves or other subjects')
    .option('--repeats <files...>', 'repeats of one stimulus (.npy)')
    .option('--halves <files...>', 'two halves (.npy)')
    .option('--subjects <files...>', 'subjects with the same stimuli (.npy)')
    .option('--folds <how>', 'for --subjects: contiguous:k', 'contiguous:5')
    .option('--alphas <grid>', 'for --subjects: penalties', '1e-1:1e7:17')
    .option('--seed <number>', 'for --subjects', '1')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: CeilingFlags) => {
      deps.out(printable(await runCeiling(flags, deps), flags.out, flags.json ?? false));
    });
}

async function matrices(files: readonly string[]): Promise<Matrix<Floats>[]> {
  const { readMatrix } = await import('./array-files.ts');
  const read: Matrix<Floats>[] = [];
  for (const file of files) read.push(await readMatrix(file));
  return read;
}

/** @throws UserError `ceiling.shapes` */
function checkShapes(parts: readonly Matrix<Floats>[], least: number): void {
  const [first] = parts;
  const odd = parts.find(({ rows, cols }) => rows !== first.rows || cols !== first.cols);
  if (parts.length >= least && odd === undefined) return;
  throw new UserError(
    'ceiling.shapes',
    odd === undefined
      ? `${parts.length} recordings give no ceiling; at least ${least} are needed.`
      : `Recordings of ${first.rows} × ${first.cols} and ${odd.rows} × ${odd.cols} are not repeats of each other; all must have one shape.`,
    { recordings: parts.length, least },
  );
}

async function runCeiling(flags: CeilingFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [{ ceilingFromRepeats, splitHalfReliability }, { median }, { toFloat32 }, files] = await Promise.all([
    import('../../analysis/ceilings.ts'),
    import('../../analysis/significance/bootstrap.ts'),
    import('../../tensor/matrix.ts'),
    import('./summary-files.ts'),
  ]);
  const started = performance.now();
  const given = [flags.repeats, flags.halves, flags.subjects].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UserError('ceiling.kind', 'Give one of --repeats, --halves and --subjects.');
  }
  const parts = await matrices(given[0]);
  await mkdir(flags.out, { recursive: true });
  const finish = async (summary: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const timed = { ...summary, seconds: secondsSince(started) };
    await files.writeSummary(flags.out, timed);
    return timed;
  };
  if (flags.subjects !== undefined) return finish(await runPools(parts, flags, deps));
  checkShapes(parts, 2);
  if (flags.halves !== undefined && parts.length > 2) {
    throw new UserError(
      'ceiling.halves',
      `--halves takes two recordings, not ${parts.length}; give repeats with --repeats.`,
      {
        recordings: parts.length,
      },
    );
  }
  const { blankColumns, leaveOutColumns } = await import('./leave-out.ts');
  const excluded = leaveOutColumns(parts, deps, 'targets');
  const left = { excludedTargets: excluded.length, excluded: excluded.slice(0, 100) };
  const narrow = parts.map((part) => toFloat32(part));
  const shape = [parts[0].cols];
  if (flags.halves !== undefined) {
    const data = splitHalfReliability(narrow[0], narrow[1]);
    blankColumns(data, data.length, excluded);
    await files.writeArrays(flags.out, { reliability: { shape, data } });
    return finish({
      model: 'ceiling',
      kind: 'halves',
      targets: data.length,
      ...left,
      medianReliability: median(data),
    });
  }
  const { explainableVariance, singleTrial, meanOfRepeats, repeats } = ceilingFromRepeats(narrow);
  for (const data of [explainableVariance, singleTrial, meanOfRepeats])
    blankColumns(data, data.length, excluded);
  await files.writeArrays(flags.out, {
    explainable: { shape, data: explainableVariance },
    single: { shape, data: singleTrial },
    mean: { shape, data: meanOfRepeats },
  });
  return finish({
    ...{ model: 'ceiling', kind: 'repeats', repeats, targets: parts[0].cols, ...left },
    medianExplainable: median(explainableVariance),
    medianSingle: median(singleTrial),
    medianMean: median(meanOfRepeats),
  });
}

async function runPools(
  subjects: readonly Matrix<Floats>[],
  flags: CeilingFlags,
  deps: CommandDeps,
): Promise<Record<string, unknown>> {
  const [
    { extrapolateCeiling, subjectPools },
    { parsePenalties },
    { contiguousFolds },
    { createRuntimeEngine },
    { parseCount },
    { writeArrays },
  ] = await Promise.all([
    import('../../analysis/pool-ceiling.ts'),
    import('../../analysis/ridge/penalties.ts'),
    import('../../analysis/splits/make-splits.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./delays.ts'),
    import('./summary-files.ts'),
  ]);
  const folds = parseCount(flags.folds.replace(/^contiguous:/, ''), 'folds', 2);
  const split = contiguousFolds({ runs: [{ id: 'all', samples: subjects[0].rows }], folds });
  const seed = parseCount(flags.seed, 'a seed', 0);
  const engine = createRuntimeEngine();
  try {
    const penalties = parsePenalties(flags.alphas);
    const { usableColumns } = await import('./leave-out.ts');
    const usable = subjects.map((one, index) => usableColumns(one, deps, `columns of subject ${index + 1}`));
    const pools = await subjectPools(engine, usable, split, { seed, penalties, signal: deps.signal });
    const data = Float64Array.from(pools.flatMap(({ scores }) => [...scores]));
    await writeArrays(flags.out, { pools: { shape: [pools.length, subjects.length], data } });
    return {
      ...{ model: 'ceiling', kind: 'subjects', subjects: subjects.length, seed },
      sizes: pools.map(({ size }) => size),
      ...extrapolateCeiling(pools, { seed }),
    };
  } finally {
    await engine.dispose();
  }
}
