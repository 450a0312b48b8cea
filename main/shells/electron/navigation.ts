import { appOrigin } from './scheme.ts';

/** Whether the window may go there: within its own page only. Nothing is ever opened in a new window. */
export function mayNavigate(url: string): boolean {
  return isOwnPage(url);
}

/** Whether a message to the main process comes from our own page and not from some frame inside it. */
export function maySend(frameUrl: string | null | undefined): boolean {
  return frameUrl !== null && frameUrl !== undefined && isOwnPage(frameUrl);
}

/** Compared by parts: `URL.origin` is "null" for schemes that Node.js does not know. */
function isOwnPage(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return `${protocol}//${host}` === appOrigin && username === '' && password === '';
  } catch {
    return false;
  }
}
