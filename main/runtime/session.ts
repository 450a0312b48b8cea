import type { Notice } from '../contract/errors.ts';
import { UserError } from '../core/errors.ts';
import {
  type LoadSession,
  loadNative,
  type NativeOptions,
  type NativeSession,
  type RunOptions,
} from './native-session.ts';
import type { NodePlacement } from './node-placement.ts';
import type { ProviderName } from './providers.ts';
import type { TensorValue, ValueDescription } from './tensor-value.ts';

export interface SessionOptions extends NativeOptions {
  /** Default 'cpu'. Another device falls back to 'cpu' once, and the session's `notice` says so. */
  readonly device?: ProviderName;
}

/** A loaded graph, ready to run. It holds native memory: release it. */
export interface Session {
  /** Where it computes now: what was asked for, or the processor after a fallback. */
  readonly device: ProviderName;
  /**
   * Says that the asked device could not be used and the processor stands in; null where all went as asked. A device may
   * fail when the graph is opened or at the first run that it cannot do: look again after running.
   */
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
  /** Where each node was computed, for sessions opened with `trace`; ends the tracing. */
  placement?(): Promise<readonly NodePlacement[]>;
  /** Frees native memory. Safe to call twice. */
  release(): Promise<void>;
}

/**
 * Opens a graph.
 * @param model bytes of an ONNX file, or its path (needed where weights lie in files beside it)
 * @param load how a graph is opened on one provider
 * @throws UserError `runtime.load-failed` where the processor cannot open it either
 */
export async function openSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
  load: LoadSession = loadNative,
): Promise<Session> {
  const device = options.device ?? 'cpu';
  const openOnProcessor = async (): Promise<NativeSession> => {
    try {
      return await load(model, 'cpu', options);
    } catch (thrown) {
      throw new UserError('runtime.load-failed', `The model cannot be opened: ${firstLine(thrown)}.`, {
        reason: firstLine(thrown),
      });
    }
  };
  if (device === 'cpu') return new RunningSession(await openOnProcessor(), 'cpu', null, null);
  try {
    return new RunningSession(await load(model, device, options), device, null, openOnProcessor);
  } catch (thrown) {
    return new RunningSession(await openOnProcessor(), 'cpu', fallbackNotice(device, thrown), null);
  }
}

function fallbackNotice(device: ProviderName, thrown: unknown): Notice {
  const reason = firstLine(thrown);
  return {
    code: 'runtime.fallback',
    level: 'warning',
    message: `${device} could not be used (${reason}), so the processor computes instead.`,
    params: { device, reason },
  };
}

/** The first line of what went wrong, without the places in the library's source that mean nothing to its users. */
function firstLine(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message
    .split('\n')[0]
    .replace(/^\S+\.cc:\d+ .*? (?:was false\. )/, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}

class RunningSession implements Session {
  device: ProviderName;
  notice: Notice | null;
  private native: NativeSession;
  /** What is left to try where the device fails at a run; null on the processor. */
  private readonly openOnProcessor: (() => Promise<NativeSession>) | null;
  private released = false;

  constructor(
    native: NativeSession,
    device: ProviderName,
    notice: Notice | null,
    openOnProcessor: (() => Promise<NativeSession>) | null,
  ) {
    this.native = native;
    this.device = device;
    this.notice = notice;
    this.openOnProcessor = openOnProcessor;
  }

  get inputs(): readonly ValueDescription[] {
    return this.native.inputs;
  }

  get outputs(): readonly ValueDescription[] {
    return this.native.outputs;
  }

  async run(feeds: Readonly<Record<string, TensorValue>>, options: RunOptions = {}) {
    if (this.released) throw new Error('this session was released');
    try {
      return await this.native.run(feeds, options);
    } catch (thrown) {
      if (this.device !== 'cpu' && this.openOnProcessor !== null)
        return this.runOnProcessor(this.openOnProcessor, thrown, feeds, options);
      throw runFailed(thrown);
    }
  }

  /** The device failed: the processor takes over, unless the same run fails there too (then the input is at fault). */
  private async runOnProcessor(
    open: () => Promise<NativeSession>,
    failure: unknown,
    feeds: Readonly<Record<string, TensorValue>>,
    options: RunOptions,
  ): Promise<Record<string, TensorValue>> {
    const native = await open();
    let results: Record<string, TensorValue>;
    try {
      results = await native.run(feeds, options);
    } catch (thrown) {
      await native.release();
      throw runFailed(thrown);
    }
    await this.native.release();
    this.native = native;
    this.notice = fallbackNotice(this.device, failure);
    this.device = 'cpu';
    return results;
  }

  placement(): Promise<readonly NodePlacement[]> {
    return this.native.placement();
  }

  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    await this.native.release();
  }
}

function runFailed(thrown: unknown): UserError {
  return new UserError('runtime.run-failed', `The computation failed: ${firstLine(thrown)}.`, {
    reason: firstLine(thrown),
  });
}
