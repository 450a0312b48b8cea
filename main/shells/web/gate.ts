import { randomBytes } from 'node:crypto';
import type { Handle } from '../../api/handler.ts';
import { setSecurityHeaders } from '../../api/http/security-headers.ts';
import { factsOf, judgeRequest, readCookie, sameSecret } from './guard.ts';

const newSecret = () => randomBytes(32).toString('base64url');

/** Stands before the handler: lets in the one browser that brought the printed token, and nobody else. */
export interface Gate {
  /** Path and query of the address to print; works once. */
  readonly entrance: string;
  readonly handle: Handle;
}

/** @param port the server's own, which Host and Origin are judged by */
export function createGate(port: number, inner: Handle): Gate {
  const token = newSecret();
  const session = newSecret();
  // Cookies know no ports: the name keeps two servers on one machine apart.
  const cookieName = `gyrus-${port}`;
  let tokenUsed = false;

  const handle: Handle = async (request) => {
    const verdict = judgeRequest(factsOf(request), port);
    if (!verdict.allowed) return plainPage(403, verdict.reason);
    const url = new URL(request.url);
    const known = sameSecret(readCookie(request.headers.get('cookie'), cookieName), session);
    if (url.pathname === '/open') {
      const valid = !tokenUsed && sameSecret(url.searchParams.get('token'), token);
      if (!valid && !known) {
        return plainPage(
          401,
          'This address works once, and only as it was printed. Start Gyrus again for a new one.',
        );
      }
      tokenUsed ||= valid;
      return hopPage(`${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`);
    }
    if (!known) return plainPage(401, 'Open Gyrus by the address that it printed when it started.');
    return inner(request);
  };
  return { entrance: `/open?token=${token}`, handle };
}

/**
 * Goes on to the page by a refresh instead of a redirect: after a redirect that another program's page began, the
 * browser would not send the SameSite=Strict cookie.
 */
function hopPage(cookie: string): Response {
  const response = page(200, '<meta http-equiv="refresh" content="0;url=/"><title>Gyrus</title>');
  response.headers.set('set-cookie', cookie);
  return response;
}

function plainPage(status: number, sentence: string): Response {
  return page(status, `<title>Gyrus</title><p>${sentence}</p>`);
}

function page(status: number, body: string): Response {
  // The empty icon keeps browsers from asking for one, which would be refused without the cookie.
  const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';
  const response = new Response(head + body, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
  setSecurityHeaders(response.headers);
  return response;
}
