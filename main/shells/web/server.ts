import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Handle } from '../../api/handler.ts';
import { UserError } from '../../core/errors.ts';
import { createGate } from './gate.ts';

export interface WebServer {
  /** Address with the one-time token, to print or to open. */
  readonly url: string;
  readonly port: number;
  /** Ends open event streams as well. */
  close(): Promise<void>;
}

/**
 * Serves the handler on the loopback interface only, behind a gate of its own.
 *
 * @param port 0 takes any free one
 * @throws UserError('serve.port-taken') where another program listens there
 */
export async function startWebServer(inner: Handle, port: number): Promise<WebServer> {
  let handle: Handle = () => Promise.resolve(new Response(null, { status: 503 }));
  // The port is known only once the socket listens, and the gate needs it to judge the first request.
  const server = createServer(
    getRequestListener((request) => handle(request), { overrideGlobalObjects: false }),
  );
  const actual = await listen(server, port);
  const gate = createGate(actual, inner);
  handle = gate.handle;
  return {
    url: `http://127.0.0.1:${actual}${gate.entrance}`,
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        taken
          ? new UserError(
              'serve.port-taken',
              `Port ${port} is taken by another program: choose another with --port.`,
              {
                port,
              },
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve(addressOf(server).port));
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no network address');
  return address;
}
