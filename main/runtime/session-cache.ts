import type { Session } from './session.ts';

/** Sessions kept open by key, so that a graph is loaded once; the least recently used one goes when it gets full. */
export interface SessionCache {
  /** The session under `key`, opened by `open` where there is none. Calls for one key while it opens share it. */
  get(key: string, open: () => Promise<Session>): Promise<Session>;
  /** Releases all. Wait for running work first. */
  releaseAll(): Promise<void>;
}

/** @param limit sessions kept open at most; models are large, so keep this small for them */
export function createSessionCache(limit = 8): SessionCache {
  const kept = new Map<string, Promise<Session>>();
  const release = async (key: string): Promise<void> => {
    const session = kept.get(key);
    kept.delete(key);
    await (await session)?.release();
  };
  return {
    async get(key, open) {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const opening = open();
      kept.set(key, opening);
      try {
        await opening;
      } catch (thrown) {
        kept.delete(key);
        throw thrown;
      }
      const [oldest] = kept.keys();
      if (kept.size > limit && oldest !== key) await release(oldest);
      return opening;
    },
    async releaseAll() {
      await Promise.all([...kept.keys()].map(release));
    },
  };
}
