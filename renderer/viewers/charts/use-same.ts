import { useState } from 'react';

/**
 * The object given first among equal ones. Pages tend to hand over the same few numbers in new arrays at every drawing;
 * what is built from them need not be built again. For small plain objects: they are compared as JSON.
 */
export function useSame<T>(value: T): T {
  const key = JSON.stringify(value);
  const [kept, keep] = useState({ key, value });
  if (kept.key !== key) keep({ key, value });
  return kept.key === key ? kept.value : value;
}
