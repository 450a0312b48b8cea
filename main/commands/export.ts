import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import { readVersion } from '../core/paths.ts';
import { ignoreProgress } from '../core/progress.ts';
import { exportZarr } from '../data/arrays/export-zarr.ts';
import { openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import type { CommandDeps } from './command.ts';

interface ExportOptions {
  readonly zarr?: string;
  readonly bids?: string;
  readonly json?: boolean;
}

/** `gyrus export PROJECT ARRAY --zarr DIR` and `gyrus export PROJECT --bids DIR`. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('export')
    .description('write an array as a Zarr v3 folder, or recordings and results as a BIDS dataset')
    .argument('<project>', 'project file')
    .argument('[array]', "array's id, or its name where only one has it")
    .option('--zarr <folder>', 'new folder for the array')
    .option('--bids <folder>', 'new folder for the dataset')
    .option('--json', 'print one JSON object')
    .action(async (path: string, array: string | undefined, options: ExportOptions, command: Command) => {
      const { zarr, bids, json = false } = options;
      if (bids === undefined && (zarr === undefined || array === undefined))
        command.error('error: give an array and --zarr, or --bids', { exitCode: 2 });
      const project = openProject(resolve(path), { logger: deps.logger, access: 'read' });
      try {
        if (bids !== undefined) deps.out(await writeDataset(deps, project, resolve(bids), json));
        if (zarr !== undefined && array !== undefined)
          deps.out(await writeArray(deps, project, array, resolve(zarr), json));
      } finally {
        project.close();
      }
    });
}

async function writeArray(
  deps: CommandDeps,
  project: Project,
  array: string,
  folder: string,
  json: boolean,
): Promise<string> {
  const id = findArray(project, array);
  const written = await exportZarr(project.arrays, id, folder, deps.signal, ignoreProgress);
  const { name, shape, dtype } = project.arrays.info(id);
  return json
    ? `${JSON.stringify({ id, name, shape, dtype, folder, ...written })}\n`
    : `Wrote ${name} (${shape.join(' × ')} ${dtype}, ${written.chunks} chunks) to ${folder}\n`;
}

async function writeDataset(
  deps: CommandDeps,
  project: Project,
  folder: string,
  json: boolean,
): Promise<string> {
  const { exportBids } = await import('../reports/bids/export-bids.ts');
  const version = readVersion(deps.paths.root);
  const written = await exportBids(project, folder, version, deps.signal, ignoreProgress);
  if (json) return `${JSON.stringify(written)}\n`;
  return `${[
    `Wrote ${written.raw.length} recordings and ${written.derivatives.length} results to ${folder}`,
    ...[...written.raw, ...written.derivatives].map((file) => `  ${file}`),
    ...written.left.map(
      ({ label, reason }) =>
        `  ${label}: ${reason === 'no samples' ? 'there are no samples to write' : `samples of ${reason} are not written`}`,
    ),
  ].join('\n')}\n`;
}

function findArray(project: Project, wanted: string): string {
  if (project.arrays.find(wanted)) return wanted;
  const named = project.arrays.list().filter(({ name }) => name === wanted);
  if (named.length === 1) return named[0].id;
  throw named.length > 1
    ? new UserError(
        'array.ambiguous',
        `${named.length} arrays are called “${wanted}”: name one by its id (gyrus info --arrays).`,
        {
          name: wanted,
          count: named.length,
        },
      )
    : new UserError(
        'array.unknown',
        `There is no array “${wanted}” in this project: see “gyrus info --arrays”.`,
        { id: wanted },
      );
}
