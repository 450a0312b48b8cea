import { useEffect, useRef } from 'react';

/** Keys and what they do: `t`, `?`, `mod+k` (Ctrl, or Cmd on a Mac), `g d` (one after the other). */
export type KeyTable = Readonly<Record<string, () => void>>;

const sequenceMilliseconds = 1200;

/** Which entry a key event means, given the keys pressed just before it; null for none. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  before: string | null,
): string | null {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return `mod+${key}`;
  return before === null ? key : `${before} ${key}`;
}

/** Listens on the whole window; typing in a field is left alone, but for `mod+…`. */
export function useKeys(table: KeyTable): void {
  const latest = useRef(table);
  latest.current = table;
  useEffect(() => {
    let before: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const typing =
        target?.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]') !== null;
      const fresh =
        before !== null && performance.now() - before.at < sequenceMilliseconds ? before.key : null;
      const key = keyOf(event, fresh);
      before = null;
      if (key === null || (typing && !key.startsWith('mod+'))) return;
      const action = latest.current[key];
      if (action !== undefined) {
        event.preventDefault();
        action();
      } else if (Object.keys(latest.current).some((entry) => entry.startsWith(`${key} `))) {
        before = { key, at: performance.now() };
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
