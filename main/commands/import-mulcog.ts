import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { composeServices } from '../compose.ts';
import { type MulcogImportReport, mulcogImportReportSchema } from '../contract/mulcog-import.ts';
import { probeMulcog } from '../importing/mulcog/layout.ts';
import type { CommandDeps } from './command.ts';
import { runJob } from './run-job.ts';
import { textTable } from './text-table.ts';

/** `gyrus import mulcog PROJECT FOLDER`. */
export function registerMulcogImport(parent: Command, deps: CommandDeps): void {
  parent
    .command('mulcog')
    .description('cognitive data item by item, in the layouts of MulCogBench and SMN4Lang')
    .argument('<project>', 'project file; made where it is not there')
    .argument(
      '<folder>',
      'folder with word_fmri, fmri, encoding_meg_100ms, eye_tracking or ratings; may hold en and zh',
    )
    .option('--json', 'print one JSON object')
    .action(async (project: string, folder: string, { json }: { json?: boolean }) => {
      const sets = await probeMulcog(resolve(folder));
      const services = await composeServices({ paths: deps.paths, logger: deps.logger });
      const path = resolve(project);
      const session = services.openSession(path, existsSync(path) ? 'open' : 'create');
      try {
        const result = await runJob(session, 'import.mulcog', { sets }, deps);
        const report = mulcogImportReportSchema.parse(result);
        deps.out(json ? `${JSON.stringify(report)}\n` : readable(report));
      } finally {
        await session.close();
      }
    });
}

function readable({ sets, failed }: MulcogImportReport): string {
  const notices = sets.flatMap(({ name, notices: own }) =>
    own.map(({ message }) => `! ${name}: ${message}\n`),
  );
  return [
    textTable([
      ['set', 'items', 'columns'],
      ...sets.map(({ name, items, columns }) => [name, String(items), String(columns)]),
    ]),
    ...notices,
    ...failed.map(({ name, error }) => `${name} was not imported: ${error.message}\n`),
  ].join('');
}
