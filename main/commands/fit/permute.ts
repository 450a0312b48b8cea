import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Sides } from '../../analysis/significance/group-tests.ts';
import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { choose } from './choose.ts';
import { printable, secondsSince } from './summary-files.ts';

interface PermuteFlags {
  predicted?: string;
  measured?: string;
  values?: string;
  against?: string;
  groups?: boolean;
  null: 'block' | 'phase';
  folds: string;
  blockLength: string;
  permutations: string;
  level: string;
  fdr: 'bh' | 'by';
  sides: Sides;
  seed: string;
  out: string;
  json?: boolean;
}

const definitions = `
Predictions: --predicted P.npy --measured Y.npy, samples x targets. Statistic: Pearson r per target, mean over the test
  folds of --folds (contiguous:k). Null block: within every fold, blocks of --block-length samples of the prediction
  change places, the same way in all targets; null phase (one fold): the prediction with random phases.
Groups: --values V.npy, units x columns. Statistic: t of the mean against 0 under random signs; with --against W.npy of
  the paired differences; with --against and --groups the Welch t of two groups under permuted labels. Also the JZS Bayes
  factor per column (bayes.npy; Cauchy prior, scale sqrt(1/2)).
p = (1 + #{null >= observed}) / (permutations + 1), never 0; --level that so few permutations cannot reach is refused.
Writes statistic.npy, p.npy, q.npy (Benjamini-Hochberg, or -Yekutieli with --fdr by), pmax.npy (corrected over all columns
by the maximum statistic; not for phase), summary.json with counts at --level. Columns with NaN or infinity, and constant
ones of predictions or data, are NaN.`;

/** `gyrus fit permute`. */
export function registerPermute(fit: Command, deps: CommandDeps): void {
  fit
    .command('permute')
    .description('permutation tests of predictions and of groups, corrected for many columns')
    .option('--predicted <file>', 'predictions, samples × targets (.npy)')
    .option('--measured <file>', 'data, samples × targets (.npy)')
    .option('--values <file>', 'units × columns (.npy)')
    .option('--against <file>', 'what to compare the values with (.npy)')
    .option('--groups', '--values and --against are different units')
    .option('--null <name>', 'block or phase', 'block')
    .option('--folds <how>', 'test folds of the predictions, contiguous:k', 'contiguous:1')
    .option('--block-length <samples>', 'longer than the autocorrelation', '10')
    .option('--permutations <count>', 'how many', '1000')
    .option('--level <p>', 'at which columns are counted', '0.05')
    .option('--fdr <method>', 'bh or by', 'bh')
    .option('--sides <name>', 'of group tests: greater or two-sided', 'two-sided')
    .option('--seed <number>', 'of the permutations', '1')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: PermuteFlags) => {
      deps.out(printable(await runPermute(flags, deps), flags.out, flags.json ?? false));
    });
}

/** What any of the tests gives per column. */
interface Tested {
  readonly test: string;
  readonly statistic: Float32Array | Float64Array;
  readonly p: Float32Array | Float64Array;
  readonly pMax: Float64Array | null;
  readonly bayes: Float64Array | null;
}

/** @throws UserError `permute.shapes` */
function checkShapes(first: Matrix<Floats>, second: Matrix<Floats>, rowsToo: boolean): void {
  if (first.cols === second.cols && (!rowsToo || first.rows === second.rows)) return;
  throw new UserError(
    'permute.shapes',
    `${first.rows} × ${first.cols} and ${second.rows} × ${second.cols} cannot be compared column by column.`,
    { first: `${first.rows} × ${first.cols}`, second: `${second.rows} × ${second.cols}` },
  );
}

async function testPredictions(
  predicted: Matrix<Floats>,
  measured: Matrix<Floats>,
  flags: PermuteFlags,
  permutations: number,
  seed: number,
): Promise<Tested> {
  const [{ blockPermutationTest }, { phaseNullTest }, { maximumP }, { toFloat32 }, { parseCount }, splits] =
    await Promise.all([
      import('../../analysis/significance/block-permutation.ts'),
      import('../../analysis/significance/phase-null.ts'),
      import('../../analysis/significance/permutation-count.ts'),
      import('../../tensor/matrix.ts'),
      import('./delays.ts'),
      import('../../analysis/splits/make-splits.ts'),
    ]);
  if (flags.null === 'phase') {
    const { r, p } = phaseNullTest(predicted, measured, { seed, permutations });
    return { test: 'phase-shuffled predictions', statistic: r, p, pMax: null, bayes: null };
  }
  const count = parseCount(flags.folds.replace(/^contiguous:/, ''), 'folds');
  const whole = { start: 0, stop: predicted.rows };
  const runs = [{ id: 'all', samples: predicted.rows }];
  const folds =
    count === 1
      ? [[whole]]
      : splits.contiguousFolds({ runs, folds: count, innerFolds: 0 }).folds.map(({ test }) => test);
  const { observed, p, nullMaxima } = blockPermutationTest(toFloat32(predicted), toFloat32(measured), {
    ...{ folds, permutations, seed },
    blockLength: parseCount(flags.blockLength, 'samples'),
  });
  const pMax = Float64Array.from(observed, (value) => maximumP(value, nullMaxima));
  return { test: 'blocks of predictions', statistic: observed, p, pMax, bayes: null };
}

async function testGroups(
  values: Matrix<Floats>,
  against: Matrix<Floats> | null,
  flags: PermuteFlags,
  permutations: number,
  seed: number,
): Promise<Tested> {
  const [
    { labelPermutationTest, signFlipTest },
    { bayesFactorOneSample, bayesFactorTwoSample },
    { checkSigns },
  ] = await Promise.all([
    import('../../analysis/significance/group-tests.ts'),
    import('../../analysis/significance/bayes-factor.ts'),
    import('../../analysis/significance/permutation-count.ts'),
  ]);
  const options = { seed, permutations, sides: flags.sides };
  if (against !== null && flags.groups) {
    const { t, p, pMax } = labelPermutationTest(values, against, options);
    const bayes = t.map((value) => bayesFactorTwoSample(value, values.rows, against.rows));
    return { test: 'labels of two groups', statistic: t, p, pMax, bayes };
  }
  checkSigns(values.rows, Number(flags.level), flags.sides);
  const data = Float64Array.from(values.data, (value, at) => value - (against?.data[at] ?? 0));
  const { t, p, pMax } = signFlipTest({ rows: values.rows, cols: values.cols, data }, options);
  const bayes = t.map((value) => bayesFactorOneSample(value, values.rows));
  return { test: against === null ? 'signs' : 'signs of differences', statistic: t, p, pMax, bayes };
}

async function runPermute(flags: PermuteFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { adjustForDiscovery },
    { checkPermutations },
    { readMatrix },
    files,
    { parseCount },
    { blankColumns, leaveOutColumns },
  ] = await Promise.all([
    import('../../analysis/significance/false-discovery.ts'),
    import('../../analysis/significance/permutation-count.ts'),
    import('./array-files.ts'),
    import('./summary-files.ts'),
    import('./delays.ts'),
    import('./leave-out.ts'),
  ]);
  const started = performance.now();
  const permutations = parseCount(flags.permutations, 'permutations');
  const seed = parseCount(flags.seed, 'a seed', 0);
  const level = Number(flags.level);
  if (!(level > 0 && level < 1)) {
    throw new UserError('permute.level', `"${flags.level}" is no level; give a number between 0 and 1.`, {
      given: flags.level,
    });
  }
  checkPermutations(permutations, level);
  choose(flags.null, ['block', 'phase'] as const, 'null');
  choose(flags.fdr, ['bh', 'by'] as const, 'fdr');
  choose(flags.sides, ['greater', 'two-sided'] as const, 'sides');
  const { predicted, measured, values, against } = flags;
  if ((values === undefined) === (predicted === undefined || measured === undefined)) {
    throw new UserError('permute.inputs', 'Give either --predicted and --measured, or --values.');
  }
  const first = await readMatrix(values ?? predicted ?? '');
  const other = values === undefined ? measured : against;
  const second = other === undefined ? null : await readMatrix(other);
  if (second !== null) checkShapes(first, second, flags.groups !== true);
  // A column that is the same in all units can be tested; a prediction or recording without variation cannot.
  const parts = second === null ? [first] : [first, second];
  const excluded =
    values === undefined
      ? leaveOutColumns(parts, deps, 'columns')
      : leaveOutColumns(parts, deps, 'columns', 'not finite');
  const tested =
    values !== undefined || second === null
      ? await testGroups(first, second, flags, permutations, seed)
      : await testPredictions(first, second, flags, permutations, seed);
  for (const data of [tested.statistic, tested.p, tested.pMax, tested.bayes])
    if (data !== null) blankColumns(data, data.length, excluded);
  const { test, statistic, p, pMax, bayes } = tested;
  const method = flags.fdr === 'by' ? 'benjamini-yekutieli' : 'benjamini-hochberg';
  const q = adjustForDiscovery(p, method);
  const shape = [p.length];
  await mkdir(flags.out, { recursive: true });
  await files.writeArrays(flags.out, {
    statistic: { shape, data: statistic },
    p: { shape, data: p },
    q: { shape, data: q },
    ...(pMax === null ? {} : { pmax: { shape, data: pMax } }),
    ...(bayes === null ? {} : { bayes: { shape, data: bayes } }),
  });
  const below = (list: Float32Array | Float64Array): number => list.filter((one) => one <= level).length;
  const summary = {
    ...{
      model: 'permute',
      test,
      columns: p.length,
      excludedColumns: excluded.length,
      permutations,
      smallestP: 1 / (permutations + 1),
      level,
    },
    ...{ significant: below(p), significantFdr: below(q), fdr: method },
    ...(pMax === null ? {} : { significantMaximum: below(pMax) }),
    seed,
    seconds: secondsSince(started),
  };
  await files.writeSummary(flags.out, summary);
  return summary;
}
