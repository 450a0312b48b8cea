import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import { ignoreProgress } from '../core/progress.ts';
import { exportZarr } from '../data/arrays/export-zarr.ts';
import { openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus export PROJECT ARRAY --zarr DIR`: one array as a folder that Python's zarr opens. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('export')
    .description('write an array as a Zarr v3 folder')
    .argument('<project>', 'project file')
    .argument('<array>', "array's id, or its name where only one has it")
    .requiredOption('--zarr <folder>', 'new folder for the array')
    .option('--json', 'print one JSON object')
    .action(async (path: string, array: string, options: { zarr: string; json?: boolean }) => {
      const project = openProject(resolve(path), { logger: deps.logger, access: 'read' });
      try {
        const id = findArray(project, array);
        const folder = resolve(options.zarr);
        const written = await exportZarr(project.arrays, id, folder, deps.signal, ignoreProgress);
        const { name, shape, dtype } = project.arrays.info(id);
        deps.out(
          options.json
            ? `${JSON.stringify({ id, name, shape, dtype, folder, ...written })}\n`
            : `Wrote ${name} (${shape.join(' × ')} ${dtype}, ${written.chunks} chunks) to ${folder}\n`,
        );
      } finally {
        project.close();
      }
    });
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
