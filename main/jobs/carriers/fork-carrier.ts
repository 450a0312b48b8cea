import { fork } from 'node:child_process';
import { computeReplySchema } from '../../contract/compute.ts';
import type { Carrier } from './carrier.ts';

/** Compute processes as children of Node, told apart from a terminal's Ctrl-C, which the main process handles. */
export function createForkCarrier(entry: string): Carrier {
  return {
    start() {
      const child = fork(entry, [], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        detached: process.platform !== 'win32',
      });
      return {
        send: (request) => void (child.connected && child.send(request, () => {})),
        onReply: (listener) => void child.on('message', (reply) => listener(computeReplySchema.parse(reply))),
        onExit(listener) {
          let told = false;
          const tell = (how: string): void => {
            if (!told) listener(how);
            told = true;
          };
          child.on('exit', (code, signal) => tell(signal ? `signal ${signal}` : `exit code ${code}`));
          child.on('error', (error) => tell(error.message));
        },
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}
