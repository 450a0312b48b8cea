import type { CommandIo } from '../command.ts';

/** The first of many numbers, for a sentence. */
export function someOf(values: readonly number[], most = 10): string {
  return values.slice(0, most).join(', ') + (values.length > most ? ', …' : '');
}

/** Counts what is left out and names it on `err`. */
export function tellExcluded(
  excluded: readonly number[],
  all: number,
  { err }: Pick<CommandIo, 'err'>,
  what = 'targets',
): void {
  if (excluded.length === 0) return;
  err(
    `${excluded.length} of ${all} ${what} are left out because they are constant, NaN or infinite somewhere (${someOf(excluded)}).\n`,
  );
}
