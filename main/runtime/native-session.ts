import './no-telemetry.ts';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, InferenceSession } from 'onnxruntime-node';
import { type NodePlacement, parseProfile } from './node-placement.ts';
import type { ProviderName } from './providers.ts';
import { fromTensor, toTensor } from './tensor-conversion.ts';
import type { TensorValue, ValueDescription } from './tensor-value.ts';

export interface NativeOptions {
  /** Threads within one operator. Default: `defaultThreads()`. */
  readonly threads?: number;
  /** Keep freed memory for the next run. Faster for models, wasteful for large products. Default true. */
  readonly keepMemory?: boolean;
  /**
   * Let waiting threads spin between the nodes of a run: faster for graphs of many small nodes, and takes the processor from
   * other work while a run lasts. Default false: they sleep.
   */
  readonly spin?: boolean;
  /** Note where each node is computed and how long it takes, for `placement`. Costs some time. */
  readonly trace?: boolean;
}

export interface RunOptions {
  /** Names of the outputs to compute; all where left out. */
  readonly outputs?: readonly string[];
  /** Outputs to be written into arrays that the caller owns (processor only). */
  readonly into?: Readonly<Record<string, TensorValue>>;
}

/** A session on one provider as ONNX Runtime gives it: failures are thrown as they come. */
export interface NativeSession {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  run(
    feeds: Readonly<Record<string, TensorValue>>,
    options: RunOptions,
  ): Promise<Record<string, TensorValue>>;
  /** Where the nodes of all runs so far were computed; ends the tracing. Empty without `trace`. */
  placement(): Promise<readonly NodePlacement[]>;
  release(): Promise<void>;
}

/** Opens a graph on one provider. */
export type LoadSession = (
  model: Uint8Array | string,
  device: ProviderName,
  options: NativeOptions,
) => Promise<NativeSession>;

/** Threads that sessions use unless told otherwise; GYRUS_THREADS sets it, else one per processor up to 8. */
export function defaultThreads(): number {
  const asked = Number(process.env.GYRUS_THREADS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return Math.max(1, Math.min(8, availableParallelism()));
}

// Failures are thrown and told in the product's own words; the library need not print them as well.
env.logLevel = 'fatal';

/**
 * What ONNX Runtime is told to open a graph with. Nodes that the device has no kernel for go to the processor, which is last
 * in the list; on the processor all optimisations of ONNX Runtime are on, its blocked layout for convolutions among them.
 * @param traces folder for the notes of `trace`; null for none
 */
export function sessionSettings(
  device: ProviderName,
  options: NativeOptions,
  traces: string | null = null,
): InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: options.threads ?? defaultThreads(),
    interOpNumThreads: 1,
    enableCpuMemArena: options.keepMemory ?? true,
    logSeverityLevel: 4,
    extra: {
      // Nothing spins once a run is over.
      session: { force_spinning_stop: '1', intra_op: { allow_spinning: options.spin ? '1' : '0' } },
    },
    ...(traces === null ? {} : { enableProfiling: true, profileFilePrefix: join(traces, 'run') }),
  };
}

/** Opens a graph with ONNX Runtime. */
export const loadNative: LoadSession = async (model, device, options) => {
  const folder = options.trace ? await mkdtemp(join(tmpdir(), 'gyrus-trace-')) : null;
  const settings = sessionSettings(device, options, folder);
  try {
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, settings)
        : await InferenceSession.create(model, settings);
    return wrap(session, folder);
  } catch (thrown) {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
};

function describe(metadata: readonly InferenceSession.ValueMetadata[]): ValueDescription[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, dims: value.shape }
      : { name: value.name, type: 'sequence', dims: [] },
  );
}

function wrap(session: InferenceSession, folder: string | null): NativeSession {
  let traces = folder;
  const endTrace = async (): Promise<readonly NodePlacement[]> => {
    if (traces === null) return [];
    const from = traces;
    traces = null;
    session.endProfiling();
    try {
      const [file] = await readdir(from);
      return file === undefined ? [] : parseProfile(await readFile(join(from, file), 'utf8'));
    } finally {
      await rm(from, { recursive: true, force: true });
    }
  };
  return {
    inputs: describe(session.inputMetadata),
    outputs: describe(session.outputMetadata),
    async run(feeds, options) {
      const given = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toTensor(value)]));
      const names = options.outputs ?? session.outputNames;
      const fetches = Object.fromEntries(
        names.map((name) => {
          const target = options.into?.[name];
          return [name, target === undefined ? null : toTensor(target)];
        }),
      );
      const results = await session.run(given, fetches);
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => [name, fromTensor(name, value)]),
      );
    },
    placement: endTrace,
    async release() {
      await endTrace();
      await session.release();
    },
  };
}
