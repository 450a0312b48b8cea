import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ComputeReply } from '../../../main/contract/compute.ts';
import type { Carrier } from '../../../main/jobs/carriers/carrier.ts';
import { createForkCarrier } from '../../../main/jobs/carriers/fork-carrier.ts';
import { createMemoryCarrier } from '../../../main/jobs/carriers/memory-carrier.ts';
import {
  createUtilityCarrier,
  type UtilityProcessLike,
} from '../../../main/jobs/carriers/utility-carrier.ts';
import { scratchFolder } from '../data/scratch.ts';

/** Sends one request and collects what comes back until the process ends. */
async function talk(carrier: Carrier): Promise<{ replies: ComputeReply[]; how: string }> {
  const channel = carrier.start();
  const replies: ComputeReply[] = [];
  channel.onReply((reply) => replies.push(reply));
  const exited = new Promise<string>((resolve) => channel.onExit(resolve));
  channel.send({ kind: 'run', jobId: 'a' });
  const how = await exited;
  channel.send({ kind: 'stop' });
  return { replies, how };
}

/** A compute process that answers once and leaves with code 3. */
const script = `
const { processPort } = await import(${JSON.stringify(join(import.meta.dirname, '..', '..', '..', 'main', 'jobs', 'carriers', 'process-port.ts'))});
const port = processPort();
await new Promise((resolve) => setTimeout(resolve, 50)); // what comes meanwhile is kept
port.onRequest((request) => {
  port.send({ kind: 'ended', jobId: request.jobId });
  setTimeout(() => port.exit(3), 20);
});
`;

test('a forked process hears, answers and ends', async () => {
  const entry = join(scratchFolder(), 'compute.mjs');
  writeFileSync(entry, script);
  expect(await talk(createForkCarrier(entry))).toEqual({
    replies: [{ kind: 'ended', jobId: 'a' }],
    how: 'exit code 3',
  });
});

test('a forked process that is killed says so', async () => {
  const entry = join(scratchFolder(), 'compute.mjs');
  writeFileSync(entry, 'setInterval(() => {}, 1000);');
  const channel = createForkCarrier(entry).start();
  const exited = new Promise<string>((resolve) => channel.onExit(resolve));
  channel.kill();
  expect(await exited).toBe('signal SIGKILL');
});

test('a forked process ends by itself when its main process lets go', async () => {
  const entry = join(scratchFolder(), 'compute.mjs');
  const port = script
    .replace('port.onRequest', 'port.onClose(() => port.exit(0));\nport.onRequest')
    .replace('port.exit(3)', 'process.disconnect()');
  writeFileSync(entry, port);
  expect((await talk(createForkCarrier(entry))).how).toBe('exit code 0');
});

test('the in-memory carrier behaves the same', async () => {
  const carrier = createMemoryCarrier((port) =>
    port.onRequest((request) => {
      if (request.kind === 'run') port.send({ kind: 'ended', jobId: request.jobId });
      setImmediate(() => setImmediate(() => port.exit(3)));
    }),
  );
  expect(await talk(carrier)).toEqual({ replies: [{ kind: 'ended', jobId: 'a' }], how: 'exit code 3' });
});

test("Electron's utility process is used through its own names", () => {
  const posted: unknown[] = [];
  const listeners: { message?: (message: unknown) => void; exit?: (code: number) => void } = {};
  const double: UtilityProcessLike = {
    postMessage: (message) => posted.push(message),
    on: (event: 'message' | 'exit', listener: ((message: unknown) => void) & ((code: number) => void)) =>
      Object.assign(listeners, { [event]: listener }),
    kill: () => posted.push('kill') > 0,
  };
  const entries: string[] = [];
  const channel = createUtilityCarrier('/app/compute.js', (entry) => {
    entries.push(entry);
    return double;
  }).start();
  const heard: unknown[] = [];
  channel.onReply((reply) => heard.push(reply));
  channel.onExit((how) => heard.push(how));
  channel.send({ kind: 'stop' });
  listeners.message?.({ kind: 'ready' });
  listeners.exit?.(9);
  channel.kill();
  expect(() => listeners.message?.({ kind: 'nonsense' })).toThrow();
  expect([entries, posted, heard]).toEqual([
    ['/app/compute.js'],
    [{ kind: 'stop' }, 'kill'],
    [{ kind: 'ready' }, 'exit code 9'],
  ]);
});
