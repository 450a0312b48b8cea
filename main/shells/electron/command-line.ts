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
