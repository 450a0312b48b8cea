import './no-telemetry.ts';
import { availableParallelism } from 'node:os';
import { env, InferenceSession } from 'onnxruntime-node';
import type { Notice } from '../contract/errors.ts';
import { UserError } from '../core/errors.ts';
import { type DeviceChoice, type ProviderName, resolveDevice } from './providers.ts';
import { fromTensor, toTensor } from './tensor-conversion.ts';
import type { TensorValue, ValueDescription } from './tensor-value.ts';

export interface SessionOptions {
  /** Default 'cpu'. Another device falls back to 'cpu' once, and the session's `notice` says so. */
  readonly device?: DeviceChoice;
  /** Threads within one operator. Default: `defaultThreads()`. */
  readonly threads?: number;
  /** Keep freed memory for the next run. Faster for models, wasteful for large products. Default true. */
  readonly keepMemory?: boolean;
}

export interface RunOptions {
  /** Names of the outputs to compute; all where left out. */
  readonly outputs?: readonly string[];
  /** Outputs to be written into arrays that the caller owns (processor only). */
  readonly into?: Readonly<Record<string, TensorValue>>;
}

/** A loaded graph, ready to run. It holds native memory: release it. */
export interface Session {
  readonly device: ProviderName;
  /** Says that the asked device could not be used and the processor stands in; null where all went as asked. */
  readonly notice: Notice | null;
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /**
   * Runs the graph. Blocks this process's event loop until it is done and cannot be cancelled midway.
   * @throws UserError `runtime.run-failed` with ONNX Runtime's reason
   */
  run(
    feeds: Readonly<Record<string, TensorValue>>,
    options?: RunOptions,
  ): Promise<Record<string, TensorValue>>;
  /** Frees native memory. Safe to call twice. */
  release(): Promise<void>;
}

/** Threads that sessions use unless told otherwise; GYRUS_THREADS sets it, else one per processor up to 8. */
export function defaultThreads(): number {
  const asked = Number(process.env.GYRUS_THREADS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return Math.max(1, Math.min(8, availableParallelism()));
}

function describe(metadata: readonly InferenceSession.ValueMetadata[]): ValueDescription[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, dims: value.shape }
      : { name: value.name, type: 'sequence', dims: [] },
  );
}

// Failures are thrown and told in the product's own words; the library need not print them as well.
env.logLevel = 'fatal';

function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

async function load(
  model: Uint8Array | string,
  device: ProviderName,
  options: SessionOptions,
): Promise<InferenceSession> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: options.threads ?? defaultThreads(),
    interOpNumThreads: 1,
    enableCpuMemArena: options.keepMemory ?? true,
    logSeverityLevel: 4,
    // Waiting threads sleep: spinning takes the processor from the page and from other work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  return typeof model === 'string'
    ? InferenceSession.create(model, settings)
    : InferenceSession.create(model, settings);
}

/**
 * Opens a graph.
 * @param model bytes of an ONNX file, or its path (needed where weights lie in files beside it)
 * @throws UserError `runtime.load-failed` where the processor cannot open it either
 */
export async function openSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  const wanted = resolveDevice(options.device ?? 'cpu');
  let device = wanted;
  let notice: Notice | null = null;
  let session: InferenceSession | null = null;
  if (wanted !== 'cpu') {
    try {
      session = await load(model, wanted, options);
    } catch (thrown) {
      device = 'cpu';
      notice = {
        code: 'runtime.fallback',
        level: 'warning',
        message: `${wanted} could not be used (${firstLine(thrown)}), so the processor computes instead.`,
        params: { device: wanted, reason: firstLine(thrown) },
      };
    }
  }
  if (session === null) {
    try {
      session = await load(model, 'cpu', options);
    } catch (thrown) {
      throw new UserError('runtime.load-failed', `The model cannot be opened: ${firstLine(thrown)}.`, {
        reason: firstLine(thrown),
      });
    }
  }
  return wrap(session, device, notice);
}

function firstLine(thrown: unknown): string {
  return reason(thrown).split('\n')[0].replace(/\.$/, '').slice(0, 300);
}

function wrap(session: InferenceSession, device: ProviderName, notice: Notice | null): Session {
  let released = false;
  return {
    device,
    notice,
    inputs: describe(session.inputMetadata),
    outputs: describe(session.outputMetadata),
    async run(feeds, options = {}) {
      if (released) throw new Error('this session was released');
      const given = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toTensor(value)]));
      const names = options.outputs ?? session.outputNames;
      const fetches = Object.fromEntries(
        names.map((name) => {
          const target = options.into?.[name];
          return [name, target === undefined ? null : toTensor(target)];
        }),
      );
      try {
        const results = await session.run(given, fetches);
        return Object.fromEntries(
          Object.entries(results).map(([name, value]) => [name, fromTensor(name, value)]),
        );
      } catch (thrown) {
        throw new UserError('runtime.run-failed', `The computation failed: ${firstLine(thrown)}.`, {
          reason: firstLine(thrown),
        });
      }
    },
    async release() {
      if (released) return;
      released = true;
      await session.release();
    },
  };
}
