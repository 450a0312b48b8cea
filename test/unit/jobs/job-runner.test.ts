import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Job } from '../../../main/contract/jobs.ts';
import { UserError } from '../../../main/core/errors.ts';
import { createProject, openProject } from '../../../main/data/open-project.ts';
import type { Carrier, ComputeChannel } from '../../../main/jobs/carriers/carrier.ts';
import { createMemoryCarrier } from '../../../main/jobs/carriers/memory-carrier.ts';
import { createComputeHost } from '../../../main/jobs/compute-host.ts';
import { createJobRegistry, type JobRegistry } from '../../../main/jobs/job-registry.ts';
import { createJobRunner, type JobRunner } from '../../../main/jobs/job-runner.ts';
import type { JobType } from '../../../main/jobs/job-type.ts';
import { serveCompute } from '../../../main/jobs/serve-compute.ts';
import { scratchFolder, silent } from '../data/scratch.ts';
import { type CountingParams, countingJob } from './counting-job.ts';

const plenty = () => ({ freeMemoryBytes: 64e9, freeDiskBytes: 1e12 });

function registryOf<A, B = unknown>(type: JobType<A>, other?: JobType<B>): JobRegistry {
  const registry = createJobRegistry();
  registry.register(type);
  if (other) registry.register(other);
  return registry;
}

interface Bench {
  readonly runner: JobRunner;
  readonly project: ReturnType<typeof createProject>;
  readonly channels: ComputeChannel[];
  readonly states: string[];
}

/** A queue over a new (or given) project with an in-memory compute process whose channels can be killed. */
function bench(
  registry: JobRegistry,
  more: Partial<Parameters<typeof createJobRunner>[0]> & { path?: string } = {},
): Bench {
  const path = more.path ?? join(scratchFolder(), 'jobs.gyrus');
  const project = more.path ? openProject(path, { logger: silent }) : createProject(path, { logger: silent });
  const channels: ComputeChannel[] = [];
  const inner = createMemoryCarrier((port) => serveCompute(port, { registry, logger: silent }));
  const carrier: Carrier = {
    start: () => {
      const channel = inner.start();
      channels.push(channel);
      return channel;
    },
  };
  const host = createComputeHost({
    carrier,
    projectPath: path,
    leaseToken: project.leaseToken ?? '',
    logger: silent,
    readyTimeoutMs: 5000,
  });
  const { path: _path, ...options } = more;
  const runner = createJobRunner({
    project,
    registry,
    host,
    logger: silent,
    codeVersion: '1',
    resources: plenty,
    ...options,
  });
  const states: string[] = [];
  runner.onUpdate((job) => states.at(-1) !== job.state && states.push(job.state));
  onTestFinished(async () => {
    await runner.close();
    project.close();
  });
  runner.start();
  return { runner, project, channels, states };
}

const count = (params: CountingParams): CountingParams => params;

test('a job runs, reports, leaves its result and its array', async () => {
  const { runner, project, states } = bench(registryOf(countingJob()));
  const job = await runner.wait(runner.enqueue('test.counting', count({ chunks: 5 })).id);
  expect(job).toMatchObject({ state: 'succeeded', attempts: 1, error: null, title: 'Count to 5' });
  expect(job.progress).toMatchObject({ phase: 'counting', done: 5, total: 5, unit: 'chunks', etaSeconds: 0 });
  expect(states).toEqual(['queued', 'running', 'succeeded']);
  const { arrayId } = z.object({ arrayId: z.string() }).parse(job.result);
  expect([...project.arrays.readAs(arrayId, 'float32').data]).toEqual(
    Array.from({ length: 80 }, (_, at) => at),
  );
  expect(project.jobs.cursor(job.id)).toBeUndefined();
});

test('jobs run one after the other, in the order they came', async () => {
  const { runner } = bench(registryOf(countingJob()));
  const jobs = [3, 2, 1].map((chunks) => runner.enqueue('test.counting', count({ chunks })));
  const done = await Promise.all(jobs.map((job) => runner.wait(job.id)));
  const ends = done.map((job) => [job.startedAt ?? 0, job.endedAt ?? 0]);
  expect(ends[0][1]).toBeLessThanOrEqual(ends[1][0]);
  expect(ends[1][1]).toBeLessThanOrEqual(ends[2][0]);
});

test('a refusal becomes the sentence of a failed job; a fault is named as internal', async () => {
  const refusing: JobType<unknown> = {
    type: 'test.refusing',
    params: z.unknown(),
    title: () => 'Refuse',
    recovery: 'restart',
    run: () => Promise.reject(new UserError('test.no', 'No, because of the test.')),
  };
  const { runner } = bench(registryOf(refusing, countingJob()));
  const refused = await runner.wait(runner.enqueue('test.refusing', {}).id);
  expect(refused).toMatchObject({
    state: 'failed',
    error: { code: 'test.no', message: 'No, because of the test.' },
  });
  const broken = await runner.wait(
    runner.enqueue('test.counting', count({ chunks: 3, at: 1, what: 'throw' })).id,
  );
  expect(broken).toMatchObject({ state: 'failed', error: { code: 'internal', message: 'told to fail' } });
  runner.resume(broken.id);
  expect(await runner.wait(broken.id)).toMatchObject({ state: 'succeeded', attempts: 2, error: null });
});

test('a cancelled job stops at its next chunk and goes on from there when it is resumed', async () => {
  const { runner, project } = bench(registryOf(countingJob()));
  const { id } = runner.enqueue('test.counting', count({ chunks: 40, pauseMs: 5 }));
  await new Promise<void>((resolve) => runner.onUpdate((job) => job.progress && resolve()));
  runner.cancel(id);
  expect(await runner.wait(id)).toMatchObject({ state: 'cancelled', cancelRequested: true });
  const left = z.object({ next: z.number() }).parse(project.jobs.cursor(id)).next;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(40);
  runner.resume(id);
  expect(await runner.wait(id)).toMatchObject({ state: 'succeeded', attempts: 2, cancelRequested: false });
});

test('a queued job is taken off the queue at once', async () => {
  const { runner } = bench(registryOf(countingJob()));
  const first = runner.enqueue('test.counting', count({ chunks: 20, pauseMs: 2 }));
  const second = runner.enqueue('test.counting', count({ chunks: 2 }));
  runner.cancel(second.id);
  expect(runner.get(second.id).state).toBe('cancelled');
  expect((await runner.wait(first.id)).state).toBe('succeeded');
  expect(runner.get(second.id).attempts).toBe(0);
});

test('a job that finishes before the cancel takes effect has succeeded, and says that it was asked to stop', async () => {
  const stubborn: JobType<unknown> = {
    type: 'test.stubborn',
    params: z.unknown(),
    title: () => 'Finish',
    recovery: 'restart',
    run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('done'))),
  };
  const { runner } = bench(registryOf(stubborn));
  const { id } = runner.enqueue('test.stubborn', {});
  await new Promise<void>((resolve) => runner.onUpdate((job) => job.state === 'running' && resolve()));
  runner.cancel(id);
  expect(await runner.wait(id)).toMatchObject({ state: 'succeeded', result: 'done', cancelRequested: true });
});

test('a job that never yields still sees the cancel at its next commit', async () => {
  let stopFrom: (() => void) | undefined;
  const busy: JobType<unknown> = {
    type: 'test.busy',
    params: z.unknown(),
    title: () => 'Never yield',
    recovery: 'restart',
    async run({ signal, commit }) {
      for (let chunk = 0; chunk < 1000; chunk++) {
        signal.throwIfAborted();
        commit(chunk, () => {});
        if (chunk === 3) stopFrom?.();
      }
      return 'never';
    },
  };
  const { runner, project } = bench(registryOf(busy));
  const { id } = runner.enqueue('test.busy', {});
  stopFrom = () => project.jobs.requestCancel(id);
  expect(await runner.wait(id)).toMatchObject({ state: 'cancelled' });
  expect(project.jobs.cursor(id)).toBe(4);
});

test('a job that does not react to a cancel is ended with its process', async () => {
  const deaf: JobType<unknown> = {
    type: 'test.deaf',
    params: z.unknown(),
    title: () => 'Hear nothing',
    recovery: 'restart',
    run: () => new Promise(() => {}),
  };
  const { runner, channels } = bench(registryOf(deaf, countingJob()), { cancelGraceMs: 20 });
  const { id } = runner.enqueue('test.deaf', {});
  await new Promise<void>((resolve) => runner.onUpdate((job) => job.state === 'running' && resolve()));
  runner.cancel(id);
  expect((await runner.wait(id)).state).toBe('cancelled');
  expect((await runner.wait(runner.enqueue('test.counting', count({ chunks: 2 })).id)).state).toBe(
    'succeeded',
  );
  expect(channels).toHaveLength(2);
});

test('when the compute process dies, a new one resumes the job and the result is the same', async () => {
  const whole = bench(registryOf(countingJob()));
  const undisturbed = await whole.runner.wait(whole.runner.enqueue('test.counting', count({ chunks: 9 })).id);
  const disturbed: Bench = bench(registryOf(countingJob({ die: () => disturbed.channels[0].kill() })));
  const { id } = disturbed.runner.enqueue('test.counting', count({ chunks: 9, at: 4, what: 'die' }));
  const job = await disturbed.runner.wait(id);
  expect(job).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(disturbed.states).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
  expect(disturbed.channels).toHaveLength(2);
  const hash = (of: Job) => z.object({ contentHash: z.string() }).parse(of.result).contentHash;
  expect(hash(job)).toBe(hash(undisturbed));
});

test('a job that kills its process three times within a minute is given up with one sentence', async () => {
  const deadly: JobType<unknown> = {
    type: 'test.deadly',
    params: z.unknown(),
    title: () => 'Eat all memory',
    recovery: 'resume',
    run: () => {
      table.channels.at(-1)?.kill();
      return new Promise(() => {});
    },
  };
  const table: Bench = bench(registryOf(deadly));
  const job = await table.runner.wait(table.runner.enqueue('test.deadly', {}).id);
  expect(job).toMatchObject({ state: 'failed', attempts: 3, error: { code: 'compute.crashed' } });
  expect(job.error?.message).toBe(
    '“Eat all memory” was given up: the compute process died three times within a minute (signal SIGKILL), most often because memory ran out. Close other programs or make the job smaller, then resume it.',
  );
});

test.each([
  ['resume', 'queued'],
  ['restart', 'queued'],
  ['interrupt', 'interrupted'],
] as const)('a job found half-done at start, recovery %s: %s', async (recovery, state) => {
  const path = join(scratchFolder(), 'left.gyrus');
  const earlier = createProject(path, { logger: silent });
  earlier.jobs.insert({ id: 'j', type: 'test.counting', title: 't', params: { chunks: 3 }, resultKey: null });
  earlier.jobs.setState('j', 'running');
  const array = earlier.arrays.create({
    name: 'count',
    shape: [3, 16],
    chunkShape: [1, 16],
    dtype: 'float32',
  });
  earlier.arrays.writeChunk(array.id, [0, 0], new Float32Array(16));
  earlier.jobs.setCursor('j', { arrayId: array.id, next: 1 });
  earlier.close();
  const { runner, states } = bench(registryOf(countingJob({ recovery })), { path });
  const job = await runner.wait('j');
  if (state === 'interrupted') {
    expect(job).toMatchObject({ state, attempts: 1, error: { code: 'job.interrupted' } });
    runner.resume('j');
    expect(await runner.wait('j')).toMatchObject({ state: 'succeeded', attempts: 2 });
  } else {
    expect(states).toEqual(['queued', 'running', 'succeeded']);
    expect(job).toMatchObject({ state: 'succeeded', attempts: 2 });
    const { arrayId } = z.object({ arrayId: z.string() }).parse(job.result);
    expect(arrayId === array.id).toBe(recovery === 'resume');
  }
});

test('the same work is not done twice while its inputs, code and result stand', async () => {
  let input = 'a';
  let valid = true;
  const keyed = countingJob({ inputs: () => input, stillValid: () => valid });
  const { runner } = bench(registryOf(keyed));
  const run = async () => (await runner.wait(runner.enqueue('test.counting', count({ chunks: 2 })).id)).id;
  const first = await run();
  expect(await run()).toBe(first);
  input = 'b';
  const second = await run();
  expect(second).not.toBe(first);
  valid = false;
  expect(await run()).not.toBe(second);
});

test('work that waits already is joined, not queued a second time', async () => {
  const { runner } = bench(registryOf(countingJob()));
  const first = runner.enqueue('test.counting', count({ chunks: 3 }));
  expect(runner.enqueue('test.counting', count({ chunks: 3, pauseMs: 0 })).id).toBe(first.id);
  await runner.wait(first.id);
  expect(runner.enqueue('test.counting', count({ chunks: 3 })).id).not.toBe(first.id);
});

test('work that does not fit the machine is refused with what it needs', async () => {
  const needy = countingJob({
    preflight: async () => ({
      peakMemoryBytes: 8e9,
      seconds: 1,
      diskBytes: 5e6,
      fits: true,
      reason: null,
      alternative: null,
    }),
  });
  const small = bench(registryOf(needy), {
    resources: () => ({ freeMemoryBytes: 2.268435456e9, freeDiskBytes: 1e12 }),
  });
  const job = await small.runner.wait(small.runner.enqueue('test.counting', count({ chunks: 1 })).id);
  expect(job).toMatchObject({ state: 'failed', attempts: 0, error: { code: 'job.too-little-memory' } });
  expect(job.error?.message).toBe(
    'This needs about 8.0 GB of memory and 2.0 GB are free: close other programs, or take less at once: fewer voxels or features, a smaller model or batch.',
  );
  const full = bench(registryOf(needy), { resources: () => ({ freeMemoryBytes: 64e9, freeDiskBytes: 1e6 }) });
  expect(await full.runner.preflight('test.counting', count({ chunks: 1 }))).toMatchObject({
    fits: false,
    reason: { code: 'job.too-little-disk' },
  });
  expect(await bench(registryOf(needy)).runner.preflight('test.counting', { chunks: 1 })).toMatchObject({
    fits: true,
  });
});

test('unknown types and bad parameters are refused before anything is queued', () => {
  const { runner } = bench(registryOf(countingJob()));
  expect(() => runner.enqueue('test.none', {})).toThrow(
    expect.objectContaining({ code: 'job.unknown-type' }),
  );
  expect(() => runner.enqueue('test.counting', { chunks: 'many' })).toThrow(
    expect.objectContaining({ code: 'job.bad-params', params: expect.objectContaining({ where: 'chunks' }) }),
  );
  expect(runner.list()).toEqual([]);
});

test('a compute process that does not answer in time fails the job with a sentence', async () => {
  const project = createProject(join(scratchFolder(), 'p.gyrus'), { logger: silent });
  const registry = registryOf(countingJob());
  const host = createComputeHost({
    carrier: createMemoryCarrier(() => {}),
    projectPath: project.path,
    leaseToken: project.leaseToken ?? '',
    logger: silent,
    readyTimeoutMs: 30,
  });
  const runner = createJobRunner({
    project,
    registry,
    host,
    logger: silent,
    codeVersion: '1',
    resources: plenty,
  });
  runner.start();
  const job = await runner.wait(runner.enqueue('test.counting', count({ chunks: 1 })).id);
  expect(job).toMatchObject({ state: 'failed', error: { code: 'compute.not-ready' } });
  await runner.close();
  project.close();
});

test('a process killed while it comes up is started again; one that never comes up is given up', async () => {
  let deaths = 0;
  const registry = registryOf(countingJob());
  const run = async (fatal: number) => {
    deaths = 0;
    const project = createProject(join(scratchFolder(), 'p.gyrus'), { logger: silent });
    const carrier = createMemoryCarrier((port) => {
      if (deaths++ < fatal) port.exit(7);
      else serveCompute(port, { registry, logger: silent });
    });
    const leaseToken = project.leaseToken ?? '';
    const host = createComputeHost({ carrier, projectPath: project.path, leaseToken, logger: silent });
    const runner = createJobRunner({
      project,
      registry,
      host,
      logger: silent,
      codeVersion: '1',
      resources: plenty,
    });
    runner.start();
    const job = await runner.wait(runner.enqueue('test.counting', count({ chunks: 2 })).id);
    await runner.close();
    project.close();
    return job;
  };
  expect(await run(2)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await run(9)).toMatchObject({
    state: 'failed',
    attempts: 0,
    error: { code: 'compute.not-ready', params: { why: 'exit code 7' } },
  });
});
