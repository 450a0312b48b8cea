import type { ComputeReply, ComputeRequest } from '../../contract/compute.ts';
import type { Carrier, ComputePort } from './carrier.ts';

/**
 * No process at all: `serve` runs here and messages are copied as they would be between processes. For tests, and
 * for machines that forbid child processes.
 */
export function createMemoryCarrier(serve: (port: ComputePort) => void): Carrier {
  return {
    start() {
      const replies = new Listeners<ComputeReply>();
      const requests = new Listeners<ComputeRequest>();
      const closes = new Listeners<null>();
      const exits = new Listeners<string>();
      let alive = true;
      const end = (how: string): void => {
        if (!alive) return;
        alive = false;
        closes.tell(null);
        exits.tell(how);
      };
      setImmediate(() =>
        serve({
          send: (reply) => void (alive && replies.tell(reply)),
          onRequest: (listener) => requests.add(listener),
          onClose: (listener) => closes.add(() => listener()),
          exit: (code) => end(`exit code ${code}`),
        }),
      );
      return {
        send: (request) => void (alive && requests.tell(request)),
        onReply: (listener) => replies.add(listener),
        onExit: (listener) => exits.add(listener),
        kill: () => end('signal SIGKILL'),
      };
    },
  };
}

/** Listeners that hear copies, later; what is told before the first of them listens is kept for it. */
class Listeners<T> {
  readonly #listeners: ((value: T) => void)[] = [];
  readonly #early: T[] = [];

  add(listener: (value: T) => void): void {
    this.#listeners.push(listener);
    for (const value of this.#early.splice(0)) this.tell(value);
  }

  tell(value: T): void {
    if (this.#listeners.length === 0) this.#early.push(structuredClone(value));
    for (const listener of this.#listeners) {
      const copy = structuredClone(value);
      setImmediate(() => listener(copy));
    }
  }
}
