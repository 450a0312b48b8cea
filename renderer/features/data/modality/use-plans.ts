import { useState } from 'react';

/** Plans of the recordings found, as the user changed them, and which of them are taken. */
export interface Plans<P extends { readonly path: string }> {
  /** Taken plans, in the order of the files. */
  readonly taken: readonly P[];
  readonly of: (path: string) => P | null;
  readonly isTaken: (path: string) => boolean;
  readonly change: (path: string, change: Partial<P>) => void;
  readonly take: (path: string, taken: boolean) => void;
  readonly clear: () => void;
}

/** Keeps what the user changed of suggested plans, by path; a new choice of files begins anew. */
export function usePlans<P extends { readonly path: string }>(suggested: readonly (P | null)[]): Plans<P> {
  const [changes, setChanges] = useState<Readonly<Record<string, Partial<P>>>>({});
  const [left, setLeft] = useState<readonly string[]>([]);
  const plans = suggested.flatMap((plan) => (plan === null ? [] : [{ ...plan, ...changes[plan.path] }]));
  return {
    taken: plans.filter(({ path }) => !left.includes(path)),
    of: (path) => plans.find((plan) => plan.path === path) ?? null,
    isTaken: (path) => plans.some((plan) => plan.path === path) && !left.includes(path),
    change: (path, change) => setChanges((all) => ({ ...all, [path]: { ...all[path], ...change } })),
    take: (path, taken) => setLeft((all) => (taken ? all.filter((one) => one !== path) : [...all, path])),
    clear: () => {
      setChanges({});
      setLeft([]);
    },
  };
}
