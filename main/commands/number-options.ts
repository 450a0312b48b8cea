import { InvalidArgumentError } from 'commander';

/** Reads a number option; commander turns the error into wrong usage. @throws InvalidArgumentError */
export function numberOption(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** Reads a number option that must be over 0. @throws InvalidArgumentError */
export function positiveOption(text: string): number {
  const value = numberOption(text);
  if (value <= 0) throw new InvalidArgumentError('It must be over 0.');
  return value;
}
