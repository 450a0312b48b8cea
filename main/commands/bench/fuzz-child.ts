import { UserError } from '../../core/errors.ts';
import { inspectFile } from '../../formats/inspect/inspect-file.ts';
import { sniffFile } from '../../formats/sniff.ts';

/** What became of one file. */
export type FuzzOutcome =
  | { readonly kind: 'value'; readonly reader: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reader: string }
  | { readonly kind: 'fault'; readonly message: string; readonly reader: string };

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
  // Which reader gets the file is told by what it is taken for, also where that reader refuses it.
  const reader = await sniffFile(path).catch(() => 'none');
  try {
    const { format } = await inspectFile(path, true);
    return { kind: 'value', reader: `${reader} (${format})` };
  } catch (thrown) {
    if (thrown instanceof UserError) return { kind: 'refused', code: thrown.code, reader };
    return {
      kind: 'fault',
      reader,
      message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    };
  }
}
