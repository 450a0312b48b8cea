import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ProcessTable, systemProcesses } from '../../../main/data/lease.ts';
import { openProject } from '../../../main/data/open-project.ts';
import { scratchProject, silent } from './scratch.ts';

const inUse = expect.objectContaining({ code: 'project.in-use' });
const lost = expect.objectContaining({ code: 'project.lease-lost' });

/** A machine of processes: alive ones by pid with the time they began. */
function machine(host: string, pid: number, alive: Record<number, string>): ProcessTable {
  return { host, pid, startOf: (asked) => alive[asked] ?? '', isAlive: (asked) => asked in alive };
}

test('a second window is refused with one sentence that names the holder', () => {
  const project = scratchProject();
  expect(() => openProject(project.path, { logger: silent })).toThrow(inUse);
  expect(() => openProject(project.path, { logger: silent })).toThrow(
    `open in another Gyrus window (process ${process.pid} on ${systemProcesses.host}): close it there first.`,
  );
  project.close();
  openProject(project.path, { logger: silent }).close();
});

test('the compute process joins with the token and gives nothing up when it leaves', () => {
  const project = scratchProject();
  const compute = openProject(project.path, { logger: silent, leaseToken: project.leaseToken ?? '' });
  compute.meta.set('from', 'compute');
  expect(project.meta.get('from')).toBe('compute');
  compute.close();
  project.meta.set('from', 'main');
  expect(() => openProject(project.path, { logger: silent })).toThrow(inUse);
});

test('a wrong token is refused', () => {
  const project = scratchProject();
  expect(() => openProject(project.path, { logger: silent, leaseToken: 'made-up' })).toThrow(lost);
});

test.each([
  ['its process is dead', machine('here', 2, { 2: 'b' }), 0, true],
  ['its pid now belongs to a later process', machine('here', 2, { 1: 'later', 2: 'b' }), 0, true],
  ['it lives', machine('here', 2, { 1: 'a', 2: 'b' }), 3_600_000, false],
  ['it lives, starts unknown, heartbeat fresh', machine('here', 2, { 1: '', 2: '' }), 60_000, false],
  ['starts unknown, silent for long', machine('here', 2, { 1: '', 2: '' }), 200_000, true],
  ['another machine holds it, heartbeat fresh', machine('there', 1, { 1: 'a' }), 60_000, false],
  ['another machine holds it, silent for long', machine('there', 1, { 1: 'a' }), 200_000, true],
])('when %s, the lease is judged rightly', (_when, processes, laterMs, taken) => {
  const project = scratchProject({
    processes: machine('here', 1, { 1: 'a' }),
    clock: { now: () => 1_000_000 },
  });
  const second = () =>
    openProject(project.path, { logger: silent, processes, clock: { now: () => 1_000_000 + laterMs } });
  if (!taken) {
    expect(second).toThrow(inUse);
    return;
  }
  const owner = second();
  owner.meta.set('owner', 'second');
  // The first owner was only thought dead: it must not write any more.
  expect(() => project.meta.set('owner', 'first')).toThrow(lost);
  project.close();
  expect(owner.meta.get('owner')).toBe('second');
  owner.meta.set('owner', 'still second');
  owner.close();
});

test('this very process is told from others by its start', () => {
  expect(systemProcesses.isAlive(process.pid)).toBe(true);
  expect(systemProcesses.isAlive(2 ** 22 + 7)).toBe(false);
  expect(systemProcesses.startOf(2 ** 22 + 7)).toBe('');
  if (process.platform === 'linux')
    expect(systemProcesses.startOf(process.pid)).toMatch(/^[0-9a-f-]{36}:\d+$/);
});

test('a copy of an open project is open nowhere', () => {
  const project = scratchProject();
  project.meta.set('mark', 'copied');
  const copy = `${project.path}.copy`;
  copyFileSync(project.path, copy);
  copyFileSync(`${project.path}-wal`, `${copy}-wal`);
  const opened = openProject(copy, { logger: silent });
  expect(opened.meta.get('mark')).toBe('copied');
  opened.close();
});
