import { UserError } from '../../core/errors.ts';

/** `count` numbers evenly spaced on a log scale from `first` to `last`, both included. */
export function logSpaced(first: number, last: number, count: number): number[] {
  const [from, to] = [Math.log10(first), Math.log10(last)];
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? first : index === count - 1 ? last : 10 ** (from + ((to - from) * index) / (count - 1)),
  );
}

/** Twenty penalties from 0.1 to 10⁷: wide enough for a handful to thousands of z-scored features. */
export const defaultPenalties: readonly number[] = logSpaced(0.1, 1e7, 20);

/**
 * Reads `1e-2:1e6:20` (first:last:count, log grid) or a comma-separated list.
 * @throws UserError `ridge.penalties`
 */
export function parsePenalties(text: string): number[] {
  const grid = text.split(':').map(Number);
  const values =
    grid.length === 3 && Number.isInteger(grid[2]) && grid[2] >= 2 && grid[0] > 0 && grid[1] > grid[0]
      ? logSpaced(grid[0], grid[1], grid[2])
      : text.includes(':')
        ? []
        : text.split(',').map(Number);
  checkPenalties(values, text);
  return values;
}

/** @throws UserError `ridge.penalties` unless every penalty is a positive number */
export function checkPenalties(penalties: readonly number[], shown: string = penalties.join(', ')): void {
  if (penalties.length > 0 && penalties.every((penalty) => Number.isFinite(penalty) && penalty > 0)) return;
  throw new UserError(
    'ridge.penalties',
    `"${shown}" is no list of ridge penalties; give positive numbers as 1,10,100 or a log grid as 1e-2:1e6:20.`,
    { given: shown },
  );
}
