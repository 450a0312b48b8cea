import { UserError } from '../../core/errors.ts';
import { inspectFile } from '../../formats/inspect/inspect-file.ts';

/** What became of one file. */
export type FuzzOutcome =
  | { readonly kind: 'value' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'fault'; readonly message: string };

/** Reads files that `bench fuzz` names, one after another, in a process of its own that may die. */
export async function bench(): Promise<Record<string, unknown>> {
  const { send } = process;
  if (send === undefined) throw new UserError('bench.fuzz-child', 'This is run by “bench fuzz” only.');
  process.on('message', (path: string) => {
    void read(path).then((outcome) => process.send?.(outcome));
  });
  process.send?.({ kind: 'ready' });
  return new Promise(() => {
    process.on('disconnect', () => process.exit(0));
  });
}

async function read(path: string): Promise<FuzzOutcome> {
  try {
    await inspectFile(path, true);
    return { kind: 'value' };
  } catch (thrown) {
    if (thrown instanceof UserError) return { kind: 'refused', code: thrown.code };
    return {
      kind: 'fault',
      message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    };
  }
}
