import type { ComputeReply, ComputeRequest } from '../../contract/compute.ts';

/** A started compute process as the main process sees it. */
export interface ComputeChannel {
  /** Messages sent to a process that has ended are lost without a word: `onExit` tells of that. */
  send(request: ComputeRequest): void;
  onReply(listener: (reply: ComputeReply) => void): void;
  /** Called once; `how` is for the log and the user: "exit code 3", "signal SIGKILL". */
  onExit(listener: (how: string) => void): void;
  /** Ends the process at once. */
  kill(): void;
}

/** A way to start compute processes: Node's fork, Electron's utility process, or none at all (tests). */
export interface Carrier {
  start(): ComputeChannel;
}

/** The other end: how the compute process hears and answers. */
export interface ComputePort {
  send(reply: ComputeReply): void;
  onRequest(listener: (request: ComputeRequest) => void): void;
  /** The main process is gone. */
  onClose(listener: () => void): void;
  /** Ends this process. */
  exit(code: number): void;
}
