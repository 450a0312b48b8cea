import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { killRounds } from '../../main/commands/bench/kill-rounds.ts';
import { createLogger } from '../../main/core/logger.ts';
import { openProject } from '../../main/data/open-project.ts';
import { verifyProject } from '../../main/data/verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const logger = createLogger(() => {});
const signal = new AbortController().signal;

function start(path: string): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'kill', 'app.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve));

function outcome(path: string) {
  const project = openProject(path, { logger, access: 'read' });
  const [job] = project.jobs.list();
  const hashes = project.arrays.list().map(({ name, contentHash }) => ({ name, contentHash }));
  project.close();
  return { job, hashes };
}

test('killed at random moments, a job is taken up each time and ends with the same bytes', {
  timeout: 120_000,
}, async () => {
  const calm = join(folder, 'calm.gyrus');
  expect(await ended(start(calm))).toBe(0);
  const shot = join(folder, 'shot.gyrus');
  const attempts: number[] = [];
  let seed = 7;
  const report = await killRounds({
    rounds: 6,
    random: () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    },
    start: () => start(shot),
    delayMs: [0, 500],
    inspect: async () => {
      if (!existsSync(shot)) return; // killed before the file had its name
      const found = await verifyProject(shot, { logger }, signal, () => {});
      expect(found.findings.filter(({ level }) => level === 'error')).toEqual([]);
      attempts.push(outcome(shot).job?.attempts ?? 0);
    },
    finished: () => expect(outcome(shot).job.state).toBe('succeeded'),
    say: () => {},
    signal,
  });
  expect(report.kills.app + report.kills.compute + report.kills.both).toBe(6);
  const { job, hashes } = outcome(shot);
  expect(job).toMatchObject({ state: 'succeeded', progress: { done: 120, total: 120 } });
  expect(hashes).toEqual(outcome(calm).hashes);
  expect(await verifyProject(shot, { logger }, signal, () => {})).toMatchObject({
    clean: true,
    findings: [],
  });
  expect(attempts.at(-1)).toBeGreaterThan(0);
});

test('a real import and study, killed twice, end with the arrays of an undisturbed run', {
  timeout: 600_000,
}, async () => {
  const cli = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');
  const args = [
    cli,
    'bench',
    'kill',
    '--json',
    '--set',
    'rounds=2',
    'minutes=1.5',
    `keep=${join(folder, 'bench')}`,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const told: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => told.push(data));
  const complaints: Buffer[] = [];
  child.stderr.on('data', (data: Buffer) => complaints.push(data));
  expect([await ended(child), Buffer.concat(complaints).toString()]).toEqual([0, expect.any(String)]);
  const report = JSON.parse(Buffer.concat(told).toString());
  expect(report).toMatchObject({ rounds: 2, identical: true });
  expect(report.arrays).toBeGreaterThan(10);
});
