import { afterEach, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../main/graph/graph-builder.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import { listProviders, resolveDevice } from '../../../main/runtime/providers.ts';
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

  it('falls back to the processor once and says so', async () => {
    const session = await openSession(addModel(), { device: 'cuda' });
    open.push(session);
    expect(session.device).toBe('cpu');
    expect(session.notice).toMatchObject({ code: 'runtime.fallback', level: 'warning' });
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

  it('takes a bundled GPU provider for "auto" and the processor where there is none', () => {
    expect(
      resolveDevice('auto', [
        { name: 'cpu', bundled: true },
        { name: 'webgpu', bundled: true },
      ]),
    ).toBe('webgpu');
    expect(
      resolveDevice('auto', [
        { name: 'cpu', bundled: true },
        { name: 'cuda', bundled: false },
      ]),
    ).toBe('cpu');
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
