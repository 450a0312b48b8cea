import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Comparator } from '../../analysis/rsa/compare.ts';
import type { Distance, Rdm } from '../../analysis/rsa/dissimilarity.ts';
import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Matrix64 } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { choose } from './choose.ts';
import { printable, secondsSince } from './summary-files.ts';

interface RsaFlags {
  data: string[];
  models: string[];
  distance: Distance | 'crossnobis';
  modelDistance: 'correlation' | 'euclidean';
  compare: string;
  noise?: string;
  shrinkage: 'diagonal' | 'identity';
  window?: string;
  step: string;
  draws: string;
  permutations: string;
  seed: string;
  out: string;
  json?: boolean;
}

const definitions = `
--data: one file per subject, items x channels; for crossnobis partitions x items x channels; with --window
items x sensors x times. --models: items x features each, same items in the same order.
Distances: correlation 1 - Pearson r; euclidean sum (a - b)^2 / channels; mahalanobis (a - b)' P (a - b) / channels;
crossnobis the same between partitions, leaving each out in turn. P: inverse of the covariance of --noise (residuals,
samples x channels), shrunk to its diagonal (Schaefer-Strimmer) or to the identity (Ledoit-Wolf); identity without --noise.
Comparators: cosine, pearson, spearman, tau-a, rho-a, whitened-cosine, whitened-pearson, as in rsatoolbox.
Writes to --out:
  scores.npy   models x subjects; with --window models x windows, mean over subjects
  rdms.npy     subjects x pairs (0,1), (0,2) ...; models.npy models x pairs
  summary.json per model: mean, standard error and interval over subjects and items (two-factor bootstrap of
               Schuett et al. 2023), p from permuted items (one-sided, never 0); noise ceiling, lower and upper`;

/** `gyrus fit rsa`. */
export function registerRsa(fit: Command, deps: CommandDeps): void {
  fit
    .command('rsa')
    .description('representational similarity: geometries of models beside those of subjects')
    .requiredOption('--data <files...>', 'patterns, one .npy per subject')
    .requiredOption('--models <files...>', 'features, one .npy per model')
    .option('--distance <name>', 'correlation, euclidean, mahalanobis or crossnobis', 'correlation')
    .option('--model-distance <name>', 'correlation or euclidean', 'correlation')
    .option('--compare <name>', 'comparator', 'rho-a')
    .option('--noise <file>', 'residuals, samples × channels, for mahalanobis and crossnobis')
    .option('--shrinkage <target>', 'diagonal or identity', 'diagonal')
    .option('--window <samples>', 'time-resolved: samples per window')
    .option('--step <samples>', 'samples from one window to the next', '1')
    .option('--draws <count>', 'bootstrap draws', '1000')
    .option('--permutations <count>', 'permutations of the items', '1000')
    .option('--seed <number>', 'of bootstrap and permutations', '1')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: RsaFlags) => {
      deps.out(printable(await runRsa(flags, deps), flags.out, flags.json ?? false));
    });
}

async function precisionFrom(engine: MatrixEngine, flags: RsaFlags): Promise<Matrix64 | null> {
  if (flags.noise === undefined) return null;
  const [{ precisionOf, shrunkCovariance }, { readMatrix }] = await Promise.all([
    import('../../analysis/rsa/noise-precision.ts'),
    import('./array-files.ts'),
  ]);
  const target = choose(flags.shrinkage, ['diagonal', 'identity'] as const, 'shrinkage');
  const { covariance } = await shrunkCovariance(engine, await readMatrix(flags.noise), target);
  return precisionOf(engine, covariance);
}

/** One subject's dissimilarities: one set, or one per time window. */
async function subjectRdms(
  engine: MatrixEngine,
  file: string,
  flags: RsaFlags,
  precision: Matrix64 | null,
): Promise<Rdm[]> {
  const [{ crossnobis, dissimilarities }, { rdmMovie }, { readCube, readMatrix }, { parseCount }] =
    await Promise.all([
      import('../../analysis/rsa/dissimilarity.ts'),
      import('../../analysis/rsa/time-resolved.ts'),
      import('./array-files.ts'),
      import('./delays.ts'),
    ]);
  const distances = ['correlation', 'euclidean', 'mahalanobis', 'crossnobis'] as const;
  const distance = choose(flags.distance, distances, 'distance');
  if (flags.window !== undefined) {
    const simple = choose(distance, ['correlation', 'euclidean'] as const, 'distance (with --window)');
    const epochs = await readCube(file, 'items × sensors × times');
    const [length, step] = [parseCount(flags.window, 'samples'), parseCount(flags.step, 'samples')];
    return rdmMovie(engine, epochs, { distance: simple, length, step });
  }
  if (distance === 'crossnobis')
    return [await crossnobis(engine, await readCube(file, 'partitions × items × channels'), precision)];
  const patterns = await readMatrix(file);
  if (distance !== 'mahalanobis') return [await dissimilarities(engine, patterns, distance)];
  if (precision === null) {
    throw new UserError('rsa.no-noise', 'Mahalanobis distance needs residuals; give them with --noise.');
  }
  return [await dissimilarities(engine, patterns, distance, precision)];
}

function stacked(rdms: readonly Rdm[]): { shape: number[]; data: Float64Array } {
  const width = rdms[0].values.length;
  const data = new Float64Array(rdms.length * width);
  rdms.forEach((rdm, row) => {
    data.set(rdm.values, row * width);
  });
  return { shape: [rdms.length, width], data };
}

async function runRsa(flags: RsaFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { comparators, checkSameItems },
    { dissimilarities },
    { evaluateModels },
    { movieScores },
    { createRuntimeEngine },
    { readMatrix },
    { writeArrays, writeSummary },
    { parseCount },
  ] = await Promise.all([
    import('../../analysis/rsa/compare.ts'),
    import('../../analysis/rsa/dissimilarity.ts'),
    import('../../analysis/rsa/evaluate-models.ts'),
    import('../../analysis/rsa/time-resolved.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./array-files.ts'),
    import('./summary-files.ts'),
    import('./delays.ts'),
  ]);
  const started = performance.now();
  const comparator: Comparator = choose(flags.compare, comparators, 'compare');
  const modelDistance = choose(flags.modelDistance, ['correlation', 'euclidean'] as const, 'model-distance');
  const engine = createRuntimeEngine();
  try {
    const precision = await precisionFrom(engine, flags);
    const models: Rdm[] = [];
    for (const file of flags.models)
      models.push(await dissimilarities(engine, await readMatrix(file), modelDistance));
    const subjects: Rdm[][] = [];
    for (const file of flags.data) subjects.push(await subjectRdms(engine, file, flags, precision));
    checkSameItems([...subjects.map(([first]) => first), ...models]);
    await mkdir(flags.out, { recursive: true });
    const names = flags.models.map((file) => basename(file, '.npy'));
    const common = {
      model: 'rsa',
      items: models[0].items,
      subjects: subjects.length,
      distance: flags.distance,
      modelDistance,
      comparator,
    };
    const modelTable = stacked(models);
    if (flags.window !== undefined) {
      const windows = Math.min(...subjects.map((movie) => movie.length));
      const mean = new Float64Array(models.length * windows);
      for (const movie of subjects) {
        movieScores(movie.slice(0, windows), models, comparator).data.forEach((score, at) => {
          mean[at] += score / subjects.length;
        });
      }
      const shape = [models.length, windows];
      await writeArrays(flags.out, { scores: { shape, data: mean }, models: modelTable });
      const peaks = names.map((name, row) => {
        const own = mean.subarray(row * windows, (row + 1) * windows);
        const window = own.indexOf(Math.max(...own));
        return { name, peakWindow: window, peakScore: own[window] };
      });
      const summary = { ...common, windows, models: peaks, seconds: secondsSince(started) };
      await writeSummary(flags.out, summary);
      return summary;
    }
    const flat = subjects.map(([only]) => only);
    const options = {
      comparator,
      seed: parseCount(flags.seed, 'a seed', 0),
      draws: parseCount(flags.draws, 'draws', 2),
      permutations: parseCount(flags.permutations, 'permutations'),
      signal: deps.signal,
    };
    const found = evaluateModels(flat, models, options);
    const scores = Float64Array.from(found.models.flatMap((model) => [...model.scores]));
    await writeArrays(flags.out, {
      scores: { shape: [models.length, flat.length], data: scores },
      rdms: stacked(flat),
      models: modelTable,
    });
    const summary = {
      ...common,
      ceiling: found.ceiling,
      models: found.models.map(({ mean, standardError, low, high, p }, index) => ({
        name: names[index],
        ...{ mean, standardError, low, high, p },
      })),
      differenceErrors: found.differenceErrors,
      ...{ draws: options.draws, permutations: options.permutations, seed: options.seed },
      seconds: secondsSince(started),
    };
    await writeSummary(flags.out, summary);
    return summary;
  } finally {
    await engine.dispose();
  }
}
