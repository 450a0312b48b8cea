import type { AppEvent } from '../../contract/events.ts';
import type { EventBus } from '../context.ts';

/** Hands every event to every listener, in order. A listener that throws hears no more; the others still do. */
export function createEventBus(): EventBus {
  const listeners = new Set<(event: AppEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch {
          listeners.delete(listener);
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
