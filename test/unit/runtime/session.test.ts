import { afterEach, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../main/graph/graph-builder.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { type LoadSession, loadNative, sessionSettings } from '../../../main/runtime/native-session.ts';
import { parseProfile, summarisePlacement } from '../../../main/runtime/node-placement.ts';
import { listProviders, providersToTry } from '../../../main/runtime/providers.ts';
import { openSession, type Session } from '../../../main/runtime/session.ts';
import { createSessionCache } from '../../../main/runtime/session-cache.ts';

function addModel(): Uint8Array {
  const graph = new GraphBuilder('add');
  const a = graph.input('a', 'float32', ['n']);
  const b = graph.input('b', 'float32', ['n']);
  graph.output(graph.node('Add', [a, b]), 'float32', ['n'], 'sum');
  return encodeModel(graph.build());
}

const open: Session[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.release()));
});

const vector = (...values: number[]) =>
  ({ type: 'float32', dims: [values.length], data: Float32Array.from(values) }) as const;

describe('openSession', () => {
  it('runs a graph held in memory', async () => {
    const session = await openSession(addModel());
    open.push(session);
    const { sum } = await session.run({ a: vector(1, 2), b: vector(10, 20) });
    expect(sum).toMatchObject({ type: 'float32', dims: [2] });
    expect([...(sum.data as Float32Array)]).toEqual([11, 22]);
    expect(session.inputs.map((input) => input.name)).toEqual(['a', 'b']);
    expect(session.notice).toBeNull();
  });

  it('writes into an array of the caller', async () => {
    const session = await openSession(addModel());
    open.push(session);
    const out = vector(0, 0);
    await session.run({ a: vector(1, 2), b: vector(3, 4) }, { into: { sum: out } });
    expect([...out.data]).toEqual([4, 6]);
  });

  it.each(['cuda', 'dml', 'coreml'] as const)(
    'falls back from %s to the processor once and says so',
    async (device) => {
      const opened: string[] = [];
      const session = await openSession(addModel(), { device }, (model, one, options) => {
        opened.push(one);
        return one === 'cpu'
          ? loadNative(model, one, options)
          : Promise.reject(new Error('no such device\nmore'));
      });
      open.push(session);
      expect(opened).toEqual([device, 'cpu']);
      expect(session.device).toBe('cpu');
      expect(session.notice).toEqual({
        code: 'runtime.fallback',
        level: 'warning',
        message: `${device} could not be used (no such device), so the processor computes instead.`,
        params: { device, reason: 'no such device' },
      });
      const { sum } = await session.run({ a: vector(1), b: vector(2) });
      expect([...(sum.data as Float32Array)]).toEqual([3]);
    },
  );

  it('falls back for a device that ONNX Runtime itself cannot open', async () => {
    const session = await openSession(addModel(), { device: 'cuda' });
    open.push(session);
    expect(session.device).toBe('cpu');
    expect(session.notice).toMatchObject({ code: 'runtime.fallback', params: { device: 'cuda' } });
  });

  it('falls back once where the device fails at a run, and keeps what the processor gives', async () => {
    const opened: string[] = [];
    const failing: LoadSession = async (model, device, options) => {
      opened.push(device);
      const native = await loadNative(model, 'cpu', options);
      const run: typeof native.run = () => Promise.reject(new Error('device lost\nmore'));
      return device === 'cpu' ? native : { ...native, run };
    };
    const session = await openSession(addModel(), { device: 'webgpu' }, failing);
    open.push(session);
    expect([session.device, session.notice]).toEqual(['webgpu', null]);
    // Wrong input is the input's fault: the device is kept.
    await expect(session.run({ a: vector(1, 2), b: vector(1, 2, 3) })).rejects.toMatchObject({
      code: 'runtime.run-failed',
    });
    expect(session.device).toBe('webgpu');
    for (let run = 0; run < 2; run++) {
      const { sum } = await session.run({ a: vector(1, 2), b: vector(3, 4) });
      expect([...(sum.data as Float32Array)]).toEqual([4, 6]);
    }
    expect(session.device).toBe('cpu');
    expect(session.notice?.params).toEqual({ device: 'webgpu', reason: 'device lost' });
    expect(opened).toEqual(['webgpu', 'cpu', 'cpu']);
  });

  it('tells where each node was computed', async () => {
    const session = await openSession(addModel(), { trace: true });
    open.push(session);
    await session.run({ a: vector(1), b: vector(2) });
    const nodes = (await session.placement?.()) ?? [];
    expect(nodes).toMatchObject([{ op: 'Add', provider: 'cpu' }]);
    expect(await session.placement?.()).toEqual([]);
    const text = JSON.stringify(
      [
        ['Add', 'WebGpuExecutionProvider'],
        ['Shape', 'CPUExecutionProvider'],
        ['MemcpyToHost', 'WebGpuExecutionProvider'],
      ].map(([op_name, provider], at) => ({
        cat: 'Node',
        name: `${op_name}_${at}_kernel_time`,
        dur: 5,
        args: { op_name, provider },
      })),
    );
    expect(summarisePlacement('webgpu', parseProfile(text))).toEqual({
      device: 'webgpu',
      onDevice: 1,
      onProcessor: 1,
      fellBack: { Shape: 1 },
    });
  });

  it('refuses what is no graph, and shapes that do not fit, with a plain sentence', async () => {
    await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'runtime.load-failed' });
    const session = await openSession(addModel());
    open.push(session);
    await expect(session.run({ a: vector(1, 2), b: vector(1, 2, 3) })).rejects.toMatchObject({
      code: 'runtime.run-failed',
    });
  });
});

describe('providers', () => {
  it('always has the processor', () => {
    expect(listProviders()).toContainEqual({ name: 'cpu', bundled: true });
  });

  it.each([
    ['cpu', ['cpu']],
    ['webgpu', ['webgpu', 'cpu']],
    ['cuda', ['cuda', 'cpu']],
    ['dml', ['dml', 'cpu']],
    ['coreml', ['coreml', 'cpu']],
  ] as const)(
    'opens on %s with the processor for what it has no kernel for',
    (device, executionProviders) => {
      expect(sessionSettings(device, { threads: 3 })).toMatchObject({
        executionProviders,
        graphOptimizationLevel: 'all',
        intraOpNumThreads: 3,
        interOpNumThreads: 1,
        enableCpuMemArena: true,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      });
    },
  );

  it('passes on what a caller wants of a session', () => {
    const settings = sessionSettings('cuda', { keepMemory: false, spin: true }, '/traces');
    expect(settings).toMatchObject({
      enableCpuMemArena: false,
      enableProfiling: true,
      profileFilePrefix: expect.stringContaining('traces'),
      extra: { session: { force_spinning_stop: '1', intra_op: { allow_spinning: '1' } } },
    });
    expect(sessionSettings('cpu', {})).not.toHaveProperty('enableProfiling');
  });

  it('tries those that this build knows, the processor first', () => {
    expect(
      providersToTry([
        { name: 'cuda', bundled: false },
        { name: 'qnn', bundled: false },
      ]),
    ).toEqual(['cpu', 'cuda']);
  });
});

describe('createSessionCache', () => {
  it('opens once per key and releases the least recently used', async () => {
    const released: string[] = [];
    const fake = (key: string) => async (): Promise<Session> => ({
      device: 'cpu',
      notice: null,
      inputs: [],
      outputs: [],
      run: async () => ({}),
      release: async () => {
        released.push(key);
      },
    });
    const cache = createSessionCache(2);
    const first = await cache.get('a', fake('a'));
    expect(await cache.get('a', fake('other'))).toBe(first);
    await cache.get('b', fake('b'));
    await cache.get('a', fake('a'));
    await cache.get('c', fake('c'));
    expect(released).toEqual(['b']);
    await cache.releaseAll();
    expect(released.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('forgets a key whose opening failed', async () => {
    const cache = createSessionCache();
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(cache.get('a', () => Promise.reject(new Error('again')))).rejects.toThrow('again');
  });
});
