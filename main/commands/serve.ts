import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { createLogger, stderrSink } from '../core/logger.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus serve [PROJECT]`: the page in a browser on this machine, until Ctrl-C. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('serve')
    .description('serve the page to a browser on this machine')
    .argument('[project]', 'project file to open')
    .option('--port <number>', 'port on 127.0.0.1; any free one when left out', parsePort, 0)
    .option('--station <name>', 'begin with this saved device over the whole page')
    .option('--no-open', 'print the address only, open no browser')
    .action(
      async (project: string | undefined, options: { port: number; open: boolean; station?: string }) => {
        const [{ composeApp }, { serveWeb }] = await Promise.all([
          import('../compose.ts'),
          import('../shells/web/serve.ts'),
        ]);
        const logger = createLogger(stderrSink);
        await serveWeb(await composeApp({ shell: 'web', paths: deps.paths, logger }), {
          project: project === undefined ? null : resolve(project),
          port: options.port,
          open: options.open,
          station: options.station ?? null,
          signal: deps.signal,
          say: (line) => deps.out(`${line}\n`),
        });
      },
    );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number up to 65535.');
  return port;
}
