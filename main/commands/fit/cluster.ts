import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { CommandDeps } from '../command.ts';
import { choose } from './choose.ts';
import { addSpaceOptions, checkColumns, readSpace, type SpaceFlags, spaceHelp } from './column-space.ts';
import { printable, secondsSince } from './summary-files.ts';

interface ClusterFlags extends SpaceFlags {
  values: string;
  against?: string;
  threshold: string;
  connectivity: string;
  sides: string;
  permutations: string;
  level: string;
  seed: string;
  out: string;
  json?: boolean;
}

const definitions = `
--values V.npy: units (subjects) x columns; with --against W.npy paired differences V - W are tested.
${spaceHelp.trim()}
t: of the mean over units against 0, per column. A cluster: columns with t > --threshold (or, two-sided, t < -threshold;
signs are never mixed) that hang together: voxels by --connectivity (6 a face, 18 also an edge, 26 also a corner),
vertices by edges of the surface. Its mass: the sum of its t. p = (1 + #{largest |mass| under random signs of the units
>= |mass|}) / (permutations + 1): corrected over the map, never 0 (Maris and Oostenveld 2007). It says that there is an
effect in the cluster, not which of its columns have it. Columns with NaN in any unit are left out, and counted.
For the maximum statistic per column without clusters: "gyrus fit permute".
Writes to --out:
  t.npy          columns
  cluster.npy    columns: number of the column's cluster, largest |mass| first; 0 outside
  p.npy          columns: p of the column's cluster; NaN outside
  null.npy       permutations: the largest |mass| of each
  clusters.csv   number, columns, mass, p, highest |t|, its column and its place in mm
  t.nii.gz, cluster.nii.gz with --mask; summary.json`;

/** `gyrus fit cluster`. */
export function registerCluster(fit: Command, deps: CommandDeps): void {
  addSpaceOptions(
    fit
      .command('cluster')
      .description('cluster test of maps of several units, corrected over a volume or surface')
      .requiredOption('--values <file>', 'units × columns (.npy)')
      .option('--against <file>', 'what is subtracted from them, of the same units (.npy)'),
  )
    .option('--threshold <t>', '|t| from which columns join clusters', '3.1')
    .option('--connectivity <count>', 'neighbours of a voxel: 6, 18 or 26', '18')
    .option('--sides <name>', 'greater or two-sided', 'two-sided')
    .option('--permutations <count>', 'random signs', '1000')
    .option('--level <p>', 'at which clusters are counted', '0.05')
    .option('--seed <number>', 'of the signs', '1')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: ClusterFlags) => {
      deps.out(printable(await runCluster(flags, deps), flags.out, flags.json ?? false));
    });
}

async function runCluster(flags: ClusterFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [{ clusterTest }, { checkPermutations, checkSigns }, { readMatrix }, { parseCount }, files] =
    await Promise.all([
      import('../../analysis/significance/cluster-test.ts'),
      import('../../analysis/significance/permutation-count.ts'),
      import('./array-files.ts'),
      import('./delays.ts'),
      import('./summary-files.ts'),
    ]);
  const started = performance.now();
  const permutations = parseCount(flags.permutations, 'permutations');
  const seed = parseCount(flags.seed, 'a seed', 0);
  const sides = choose(flags.sides, ['greater', 'two-sided'] as const, 'sides');
  const connectivity = { '6': 6, '18': 18, '26': 26 } as const;
  const joined = connectivity[choose(flags.connectivity, ['6', '18', '26'] as const, 'connectivity')];
  const level = Number(flags.level);
  checkPermutations(permutations, level);
  const space = await readSpace(flags);
  const values = await readMatrix(flags.values);
  checkColumns(flags.values, values.cols, space);
  checkSigns(values.rows, level, sides);
  const data = Float64Array.from(values.data);
  if (flags.against !== undefined) {
    const other = await readMatrix(flags.against);
    if (other.rows !== values.rows || other.cols !== values.cols) {
      const [first, second] = [`${values.rows} × ${values.cols}`, `${other.rows} × ${other.cols}`];
      throw new UserError('permute.shapes', `${first} and ${second} cannot be compared column by column.`, {
        first,
        second,
      });
    }
    for (let at = 0; at < data.length; at++) data[at] -= other.data[at];
  }
  const left = leaveOut(data, values.cols);
  if (left > 0)
    deps.err(`${left} of ${values.cols} columns are left out because a unit has NaN or infinity there.\n`);
  const { t, clusters, nullMasses } = await clusterTest(
    { rows: values.rows, cols: values.cols, data },
    await space.edges(joined),
    {
      ...{ threshold: Number(flags.threshold), seed, permutations, sides, signal: deps.signal },
      report: ({ done, total }) => deps.err(`${done} of ${total} permutations\r`),
    },
  );
  const shape = [values.cols];
  const label = new Float32Array(values.cols);
  const p = new Float32Array(values.cols).fill(Number.NaN);
  const table = clusters.map((cluster, index) => {
    for (const column of cluster.columns) {
      label[column] = index + 1;
      p[column] = cluster.p;
    }
    const peak = cluster.columns.reduce((best, column) =>
      Math.abs(t[column]) > Math.abs(t[best]) ? column : best,
    );
    return {
      ...{ number: index + 1, columns: cluster.columns.length, mass: cluster.mass, p: cluster.p },
      ...{ peakT: t[peak], peakColumn: peak, peakMm: space.position(peak) },
    };
  });
  await mkdir(flags.out, { recursive: true });
  await files.writeArrays(flags.out, {
    t: { shape, data: t },
    cluster: { shape, data: label },
    p: { shape, data: p },
    null: { shape: [permutations], data: nullMasses },
  });
  const rows = table.map(({ peakMm, ...rest }) => [...Object.values(rest), ...peakMm].join(','));
  const heading = 'number,columns,mass,p,peak_t,peak_column,x_mm,y_mm,z_mm';
  await writeFile(join(flags.out, 'clusters.csv'), `${[heading, ...rows].join('\n')}\n`);
  await space.writeMap(flags.out, 't', t);
  await space.writeMap(flags.out, 'cluster', label);
  const summary = {
    ...{ model: 'cluster', units: values.rows, columns: values.cols, excludedColumns: left },
    ...{ threshold: Number(flags.threshold), sides, permutations, smallestP: 1 / (permutations + 1), level },
    ...(flags.mask === undefined ? {} : { connectivity: joined }),
    clusters: table.length,
    significant: table.filter((one) => one.p <= level).length,
    largest: table.slice(0, 10),
    seed,
    seconds: secondsSince(started),
  };
  await files.writeSummary(flags.out, summary);
  return summary;
}

/** Sets columns that are not finite in every row to 0 (t of 0, never in a cluster). Returns how many. */
function leaveOut(data: Float64Array, cols: number): number {
  const bad = new Uint8Array(cols);
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) bad[at % cols] = 1;
  for (let at = 0; at < data.length; at++) if (bad[at % cols] === 1) data[at] = 0;
  return bad.reduce((sum, one) => sum + one, 0);
}
