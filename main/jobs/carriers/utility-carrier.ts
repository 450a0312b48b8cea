import { computeReplySchema } from '../../contract/compute.ts';
import type { Carrier } from './carrier.ts';

/** What of Electron's UtilityProcess is used; a test double implements the same. */
export interface UtilityProcessLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

/**
 * Compute processes as Electron utility processes.
 *
 * @param forkUtility `utilityProcess.fork`, handed in by the Electron shell
 */
export function createUtilityCarrier(
  entry: string,
  forkUtility: (entry: string) => UtilityProcessLike,
): Carrier {
  return {
    start() {
      const child = forkUtility(entry);
      return {
        send: (request) => child.postMessage(request),
        onReply: (listener) => void child.on('message', (reply) => listener(computeReplySchema.parse(reply))),
        onExit: (listener) => void child.on('exit', (code) => listener(`exit code ${code}`)),
        kill: () => void child.kill(),
      };
    },
  };
}
