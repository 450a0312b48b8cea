import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { Band } from '../../analysis/ridge/bands.ts';
import type { Scaling } from '../../analysis/ridge/encoding-types.ts';
import type { SplitManifest } from '../../analysis/splits/split-manifest.ts';
import type { TargetSource } from '../../analysis/target-source.ts';
import { UserError } from '../../core/errors.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { choose } from './choose.ts';
import { foldsHelp } from './parse-folds.ts';
import { someOf } from './tell.ts';

/** Options that all regressions share. */
export interface RegressionFlags {
  x: string;
  y: string;
  folds: string;
  alphas: string;
  delays?: string;
  device: string;
  batch?: string;
  center?: boolean;
  zscore?: boolean;
  allowLeakage?: boolean;
  out: string;
  json?: boolean;
}

/** How `--delays` lays out columns, for `--help`. */
export const delaysHelp =
  '--delays d1,d2: one copy of all features per delay, copy k of row t being row t - dk (zeros before the start of a run).';

/** Adds the options that all regressions share. */
export function addRegressionOptions(command: Command): Command {
  return command
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
    .option(
      '--allow-leakage',
      'accept scattered folds of autocorrelated data and copies of training samples; split and summary are marked',
    )
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object');
}

/** What a regression works on. Close it when done. */
export interface Regression {
  readonly features: Matrix<Floats>;
  readonly targets: TargetSource;
  readonly split: SplitManifest;
  readonly penalties: readonly number[];
  readonly scaling: Scaling;
  readonly batch: { readonly batch?: number };
  readonly engine: MatrixEngine;
  /** What every summary begins with. */
  readonly summary: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Columns without any variation. */
function constantColumns({ rows, cols, data }: Matrix<Floats>): number[] {
  const varies = new Uint8Array(cols);
  for (let row = 1, at = cols; row < rows; row++)
    for (let col = 0; col < cols; col++, at++) if (data[at] !== data[col]) varies[col] = 1;
  return [...varies.keys()].filter((col) => varies[col] === 0);
}

/**
 * Opens features and targets, makes the folds, and tells on `err` what is odd but can be fitted (constant columns).
 * @throws UserError for shapes that do not match, unreadable options, scattered folds and copied samples
 */
export async function openRegression(flags: RegressionFlags, deps: CommandDeps): Promise<Regression> {
  const [
    { parsePenalties },
    { splitHash },
    { duplicatedItems, refuseDuplicates },
    { createRuntimeEngine },
    files,
    { parseFolds },
    { parseCount, parseDelays, delayColumns },
    { resolveDevice },
  ] = await Promise.all([
    import('../../analysis/ridge/penalties.ts'),
    import('../../analysis/splits/split-manifest.ts'),
    import('../../analysis/splits/duplicated-items.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./array-files.ts'),
    import('./parse-folds.ts'),
    import('./delays.ts'),
    import('../../tensor/devices.ts'),
  ]);
  const penalties = parsePenalties(flags.alphas);
  const device = choose(flags.device, ['cpu', 'webgpu', 'cuda', 'auto'] as const, 'device');
  const batch = flags.batch === undefined ? {} : { batch: parseCount(flags.batch, 'targets') };
  const targets = await files.openTargets(flags.y);
  const engine = createRuntimeEngine({
    device: await resolveDevice(device, join(deps.paths.userData, 'devices.json')),
    onNotice: (notice) => deps.err(`${notice.message}\n`),
  });
  const close = async (): Promise<void> => {
    await targets.close();
    await engine.dispose();
  };
  try {
    if (targets.samples === 0 || targets.targets === 0) {
      const file = basename(flags.y);
      throw new UserError(
        'fit.empty',
        `${file} holds no values: it is ${targets.samples} × ${targets.targets}.`,
        {
          file,
        },
      );
    }
    let split = await parseFolds(flags.folds, targets, flags.allowLeakage ?? false);
    const raw = await files.readMatrix(flags.x);
    files.checkSamples(raw, targets);
    const some = await targets.read(0, Math.min(200, targets.targets));
    const copies = duplicatedItems([raw, some], split.folds);
    if (copies.length > 0 && flags.allowLeakage !== true) throw refuseDuplicates(copies);
    if (copies.length > 0) split = { ...split, leakageMark: true };
    const constant = constantColumns(raw);
    if (constant.length > 0) {
      deps.err(
        `${constant.length} of ${raw.cols} feature columns are constant (${someOf(constant)}); they carry nothing beyond an intercept.\n`,
      );
    }
    const runs = split.runs.map((run) => run.samples);
    const features = flags.delays === undefined ? raw : delayColumns(raw, parseDelays(flags.delays), runs);
    const scaling = flags.zscore ? 'zscore' : flags.center ? 'center' : 'none';
    const summary = {
      samples: features.rows,
      features: features.cols,
      targets: targets.targets,
      constantFeatures: constant,
      duplicatedSamples: copies.length,
      folds: split.folds.length,
      splitHash: splitHash(split),
      leakageMark: split.leakageMark,
      penalties,
      scaling,
      delays: flags.delays ?? null,
      device: engine.device,
    };
    return { features, targets, split, penalties, scaling, batch, engine, summary, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** The bands of delayed features: each band's columns stand together in every copy, so copies are sorted by band. */
function bandOrder(
  bands: readonly Band[],
  copies: number,
): { readonly bands: readonly Band[]; readonly order: Int32Array } {
  const width = bands.at(-1)?.stop ?? 0;
  const order = new Int32Array(width * copies);
  const wide: Band[] = [];
  let at = 0;
  for (const { start, stop } of bands) {
    const begin = at;
    for (let copy = 0; copy < copies; copy++)
      for (let col = start; col < stop; col++) order[at++] = copy * width + col;
    wide.push({ start: begin, stop: at });
  }
  return { bands: wide, order };
}

/** Features with bands side by side where delays have made copies; `order` tells where each column came from. */
export async function arrangeBands(
  features: Matrix<Floats>,
  text: string,
  delays: string | undefined,
): Promise<{ features: Matrix<Floats>; bands: readonly Band[]; order: Int32Array }> {
  const [{ parseBands }, { takeColumns }] = await Promise.all([
    import('../../analysis/ridge/bands.ts'),
    import('../../analysis/ridge/search-bands.ts'),
  ]);
  const copies = delays === undefined ? 1 : delays.split(',').length;
  const { bands, order } = bandOrder(parseBands(text, features.cols / copies), copies);
  return { features: copies === 1 ? features : takeColumns(features, order), bands, order };
}
