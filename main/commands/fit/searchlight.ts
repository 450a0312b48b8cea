import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Rdm } from '../../analysis/rsa/dissimilarity.ts';
import type { CommandDeps } from '../command.ts';
import { choose } from './choose.ts';
import { addSpaceOptions, checkColumns, readSpace, type SpaceFlags, spaceHelp } from './column-space.ts';
import { printable, secondsSince } from './summary-files.ts';

interface SearchlightFlags extends SpaceFlags {
  data: string[];
  models: string[];
  radius: string;
  least: string;
  distance: string;
  modelDistance: string;
  compare: string;
  out: string;
  json?: boolean;
}

const definitions = `
--data: one file per subject, items x columns. --models: items x features each, same items in the same order.
${spaceHelp.trim()}
Around every column lie the columns no farther than --radius mm: of a volume between middles of voxels (a sphere), of a
surface along its edges (Dijkstra). Columns with fewer than --least around them, themselves among them, are NaN.
There the items' patterns give dissimilarities, and these are compared with each model's, as in "gyrus fit rsa".
Where a local pattern is constant (correlation distance only) the score is NaN.
Writes to --out per model NAME (its file's name):
  NAME.npy       subjects x columns, ready for "gyrus fit cluster --values"
  NAME.nii.gz    with --mask: mean over subjects
  summary.json   per model: mean over columns, highest mean over subjects, and where that is in mm`;

/** `gyrus fit searchlight`. */
export function registerSearchlight(fit: Command, deps: CommandDeps): void {
  addSpaceOptions(
    fit
      .command('searchlight')
      .description('representational similarity around every voxel or vertex')
      .requiredOption('--data <files...>', 'patterns, items × columns, one .npy per subject')
      .requiredOption('--models <files...>', 'features, one .npy per model'),
  )
    .option('--radius <mm>', 'how far a searchlight reaches', '9')
    .option('--least <columns>', 'columns that a searchlight must hold', '10')
    .option('--distance <name>', 'correlation or euclidean', 'correlation')
    .option('--model-distance <name>', 'correlation or euclidean', 'correlation')
    .option('--compare <name>', 'comparator, as in "gyrus fit rsa"', 'rho-a')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: SearchlightFlags) => {
      deps.out(printable(await runSearchlight(flags, deps), flags.out, flags.json ?? false));
    });
}

async function runSearchlight(flags: SearchlightFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { checkSameItems, comparators },
    { dissimilarities },
    { searchlight },
    { createRuntimeEngine },
    { readMatrix },
    { parseCount },
    files,
  ] = await Promise.all([
    import('../../analysis/rsa/compare.ts'),
    import('../../analysis/rsa/dissimilarity.ts'),
    import('../../analysis/rsa/searchlight.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./array-files.ts'),
    import('./delays.ts'),
    import('./summary-files.ts'),
  ]);
  const started = performance.now();
  const simple = ['correlation', 'euclidean'] as const;
  const distance = choose(flags.distance, simple, 'distance');
  const modelDistance = choose(flags.modelDistance, simple, 'model-distance');
  const comparator = choose(flags.compare, comparators, 'compare');
  const space = await readSpace(flags);
  const radius = Number(flags.radius);
  const around = await space.neighbourhoods(radius, parseCount(flags.least, 'columns'));
  const engine = createRuntimeEngine();
  try {
    const models: Rdm[] = [];
    for (const file of flags.models)
      models.push(await dissimilarities(engine, await readMatrix(file), modelDistance));
    const subjects = flags.data.length;
    const maps = models.map(() => new Float32Array(subjects * space.columns));
    for (const [subject, file] of flags.data.entries()) {
      const patterns = await readMatrix(file);
      checkColumns(file, patterns.cols, space);
      checkSameItems([{ items: patterns.rows, values: new Float64Array(0) }, ...models]);
      const { data } = await searchlight(engine, patterns, around, models, {
        ...{ distance, comparator, signal: deps.signal },
        report: ({ done, total }) =>
          deps.err(`${basename(file)}: ${done} of ${total} centres${done === total ? '\n' : '\r'}`),
      });
      maps.forEach((map, model) => {
        map.set(data.subarray(model * space.columns, (model + 1) * space.columns), subject * space.columns);
      });
    }
    await mkdir(flags.out, { recursive: true });
    const found: Record<string, unknown>[] = [];
    for (const [model, map] of maps.entries()) {
      const name = basename(flags.models[model], '.npy');
      await files.writeArrays(flags.out, { [name]: { shape: [subjects, space.columns], data: map } });
      const mean = Float32Array.from({ length: space.columns }, (_, column) => {
        let sum = 0;
        for (let subject = 0; subject < subjects; subject++) sum += map[subject * space.columns + column];
        return sum / subjects;
      });
      await space.writeMap(flags.out, name, mean);
      found.push({ name, ...peakOf(mean, space.position) });
    }
    const summary = {
      ...{ model: 'searchlight', items: models[0].items, subjects, columns: space.columns },
      ...{ centres: around.centres.length, radius, distance, modelDistance, comparator },
      models: found,
      seconds: secondsSince(started),
    };
    await files.writeSummary(flags.out, summary);
    return summary;
  } finally {
    await engine.dispose();
  }
}

/** Mean and highest value of a map, NaN left out, and where the highest is. */
function peakOf(
  map: Float32Array,
  position: (column: number) => readonly number[],
): { mean: number | null; peak: number | null; peakColumn: number | null; peakMm: readonly number[] | null } {
  let [sum, count, best] = [0, 0, -1];
  map.forEach((value, column) => {
    if (Number.isNaN(value)) return;
    sum += value;
    count += 1;
    if (best < 0 || value > map[best]) best = column;
  });
  if (best < 0) return { mean: null, peak: null, peakColumn: null, peakMm: null };
  return { mean: sum / count, peak: map[best], peakColumn: best, peakMm: position(best) };
}
