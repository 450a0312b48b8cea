import { createHash } from 'node:crypto';

/** JSON with sorted keys, so that equal values always give equal text. Numbers keep their shortest exact form. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && !ArrayBuffer.isView(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** Hexadecimal SHA-256 of bytes or of a value's canonical JSON: the key of every content-addressed result. */
export function contentHash(value: Uint8Array | string | object): string {
  const bytes = value instanceof Uint8Array || typeof value === 'string' ? value : canonicalJson(value);
  return createHash('sha256').update(bytes).digest('hex');
}
