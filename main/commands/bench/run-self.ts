import { spawn } from 'node:child_process';
import { UserError } from '../../core/errors.ts';
import type { CommandDeps } from '../command.ts';
import type { Measured } from './measure.ts';

/**
 * Runs `gyrus bench NAME` in a process of its own and returns what it prints, or why it did not.
 * @param script what is run: this very command line, unless another one (the bundles) is named
 */
export async function runSelf(
  name: string,
  settings: Readonly<Record<string, string>>,
  deps: CommandDeps,
  script: readonly string[] = [...process.execArgv, process.argv[1]],
): Promise<unknown> {
  const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const args = [...script, 'bench', name, '--json', ...(set.length > 0 ? ['--set', ...set] : [])];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { signal: deps.signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => deps.err(data.toString()));
    child.on('error', (fault) => resolve({ failed: fault.message }));
    child.on('close', (code) => resolve(code === 0 ? JSON.parse(out) : { failed: `ended with ${code}` }));
  });
}

/** The same where what is printed is a measurement. @throws UserError `bench.failed` where there is none */
export async function measureSelf(
  name: string,
  settings: Readonly<Record<string, string>>,
  deps: CommandDeps,
): Promise<Measured> {
  const result = await runSelf(name, settings, deps);
  if (typeof result === 'object' && result !== null && 'peakMB' in result) {
    const { seconds, cpuSeconds, baseMB, peakMB } = result as Measured;
    return { seconds, cpuSeconds, baseMB, peakMB };
  }
  throw new UserError('bench.failed', `bench ${name} ended without a measurement: ${JSON.stringify(result)}`);
}
