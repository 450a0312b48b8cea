import { z } from 'zod';
import { type ComputeRequest, computeRequestSchema } from '../../contract/compute.ts';
import type { ComputePort } from './carrier.ts';

/** Electron gives a utility process `process.parentPort`; Node's type does not know it. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: unknown) => void): unknown;
}
const envelope = z.object({ data: computeRequestSchema });

/**
 * The port of this very process: to Electron where it started us, else to Node's parent. Listens from now on, and
 * keeps what comes until `onRequest` is called, since loading the job types takes a moment.
 */
export function processPort(): ComputePort {
  const inbox = createInbox();
  const parent: ParentPort | undefined = Reflect.get(process, 'parentPort');
  if (parent) {
    parent.on('message', (event) => inbox.take(envelope.parse(event).data));
    return {
      send: (reply) => parent.postMessage(reply),
      onRequest: inbox.open,
      // Electron ends its utility processes itself when the app ends.
      onClose: () => {},
      exit: (code) => process.exit(code),
    };
  }
  process.on('message', (message) => inbox.take(computeRequestSchema.parse(message)));
  return {
    // With a callback a broken pipe is no uncaught error: the main process is gone, and `onClose` tells of that.
    send: (reply) => void (process.connected && process.send?.(reply, undefined, undefined, () => {})),
    onRequest: inbox.open,
    onClose(listener) {
      process.on('disconnect', listener);
      if (!process.connected) listener();
    },
    exit: (code) => process.exit(code),
  };
}

function createInbox(): {
  take(request: ComputeRequest): void;
  open(listener: (request: ComputeRequest) => void): void;
} {
  const waiting: ComputeRequest[] = [];
  let deliver: ((request: ComputeRequest) => void) | null = null;
  return {
    take: (request) => void (deliver ? deliver(request) : waiting.push(request)),
    open(listener) {
      deliver = listener;
      for (const request of waiting.splice(0)) listener(request);
    },
  };
}
