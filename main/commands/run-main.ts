import { runCli } from './run-cli.ts';

/**
 * Runs one command as this process: its words go to the terminal, its outcome becomes the exit code. The first Ctrl-C
 * asks running work to stop at its next chunk; a second one ends the process at once.
 */
export async function runMain(args: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  process.exitCode = await runCli(args, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    signal: stop.signal,
  });
}
