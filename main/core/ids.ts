import { randomUUID } from 'node:crypto';

/** A new row id. Random, so that rows made in two processes never collide; order is kept by a column of its own. */
export function newId(): string {
  return randomUUID();
}
