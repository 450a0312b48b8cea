import { isAbsolute, join } from 'node:path';

/**
 * The project file that a command line names, as an absolute path, or null. Electron puts its own switches between
 * the arguments, so the project is told by its ending.
 */
export function projectArgument(argv: readonly string[], folder: string): string | null {
  const name = argv.slice(1).find((argument) => argument.endsWith('.gyrus') && !argument.startsWith('-'));
  if (name === undefined) return null;
  return isAbsolute(name) ? name : join(folder, name);
}

/** The saved device that `--station NAME` (or `--station=NAME`) asks for, or null. */
export function stationArgument(argv: readonly string[]): string | null {
  const at = argv.findIndex((argument) => argument === '--station' || argument.startsWith('--station='));
  if (at < 0) return null;
  const name = argv[at].includes('=') ? argv[at].slice('--station='.length) : (argv[at + 1] ?? '');
  return name === '' ? null : name;
}
