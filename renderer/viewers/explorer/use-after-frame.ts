import { startTransition, useEffect, useRef, useState } from 'react';

/**
 * The value, one drawn frame late: for what may follow once the first picture of a change is on screen. While values come
 * faster than frames only the latest is taken over, so nothing piles up and nothing waits for the last one.
 */
export function useAfterFrame<T>(value: T): T {
  const [settled, settle] = useState(value);
  const latest = useRef(value);
  const waiting = useRef(false);
  useEffect(() => {
    latest.current = value;
    if (waiting.current || Object.is(settled, value)) return;
    waiting.current = true;
    // The frame's own callbacks come before its picture; a task begun in them comes after it.
    requestAnimationFrame(() =>
      setTimeout(() => {
        waiting.current = false;
        startTransition(() => settle(latest.current));
      }),
    );
  }, [value, settled]);
  return settled;
}
