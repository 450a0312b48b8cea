import { createHash, timingSafeEqual } from 'node:crypto';

/** What of a request decides whether it is let in. */
export interface RequestFacts {
  readonly method: string;
  readonly host: string | null;
  readonly origin: string | null;
  /** `Sec-Fetch-Site`, `-Mode` and `-Dest`, which pages cannot forge; absent in old browsers and plain clients. */
  readonly fetchSite: string | null;
  readonly fetchMode: string | null;
  readonly fetchDest: string | null;
}

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

const allowed: Verdict = { allowed: true };
const refuse = (reason: string): Verdict => ({ allowed: false, reason });

/**
 * Whether a request to the server on `port` comes from this server's own page or from a person's address bar.
 * The Host check stops DNS rebinding, the Origin and Sec-Fetch-Site checks stop other sites and other programs'
 * pages on this machine, which share our cookies because cookies know no ports.
 */
export function judgeRequest(facts: RequestFacts, port: number): Verdict {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (facts.host === null || !hosts.includes(facts.host))
    return refuse('This server answers to its own address only.');
  const own = `http://${facts.host}`;
  if (facts.origin !== null && facts.origin !== own)
    return refuse('Requests from other pages are not answered.');
  const reads = facts.method === 'GET' || facts.method === 'HEAD';
  if (!reads && facts.origin === null)
    return refuse('Requests that change something must come from the page.');
  const foreign = facts.fetchSite !== null && facts.fetchSite !== 'same-origin' && facts.fetchSite !== 'none';
  const opensDocument =
    facts.method === 'GET' && facts.fetchMode === 'navigate' && facts.fetchDest === 'document';
  if (foreign && !opensDocument) return refuse('Requests from other pages are not answered.');
  return allowed;
}

/** Collects the facts of a fetch-style request. */
export function factsOf(request: Request): RequestFacts {
  const header = (name: string) => request.headers.get(name);
  return {
    method: request.method,
    host: header('host'),
    origin: header('origin'),
    fetchSite: header('sec-fetch-site'),
    fetchMode: header('sec-fetch-mode'),
    fetchDest: header('sec-fetch-dest'),
  };
}

/** Compares secrets in a time that tells nothing of where they differ. */
export function sameSecret(given: string | null | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}

/** The value of one cookie in a Cookie header. */
export function readCookie(header: string | null, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}
