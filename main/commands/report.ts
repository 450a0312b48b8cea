import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { openProject } from '../data/open-project.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus report PROJECT [RUN] --out report.html` writes one self-contained file. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('report')
    .description('write the report of a finished study as one self-contained HTML file')
    .argument('<project>', 'project file')
    .argument('[run]', 'run id; the newest when left out')
    .option('--out <file>', 'HTML file to write', 'report.html')
    .option('--pdf', 'a PDF beside it, where a Chromium is on this machine')
    .addOption(
      new Option('--locale <language>', 'language of the report').choices(['en', 'zh']).default('en'),
    )
    .option('--json', 'print one JSON object')
    .action(
      async (
        path: string,
        run: string | undefined,
        flags: { out: string; pdf?: boolean; locale: 'en' | 'zh'; json?: boolean },
      ) => {
        const [{ writeReport }, { newestRun }] = await Promise.all([
          import('./write-report.ts'),
          import('./study-actions.ts'),
        ]);
        const project = openProject(resolve(path), { logger: deps.logger, access: 'read' });
        try {
          const id = run ?? newestRun(project);
          const options = { pdf: flags.pdf ?? false, locale: flags.locale };
          const files = await writeReport(deps.paths, project, id, resolve(flags.out), options, deps.signal);
          deps.out(flags.json ? `${JSON.stringify({ run: id, files })}\n` : `Wrote ${files.join(' and ')}\n`);
        } finally {
          project.close();
        }
      },
    );
}
