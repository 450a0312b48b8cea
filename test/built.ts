import { resolvePaths } from '../main/core/paths.ts';
import { ensureBuilt } from '../main/shells/start/build.ts';

/** Before the end-to-end tests: the very bundles and page that `npm start` would run, built when the sources changed. */
export async function setup(): Promise<void> {
  await ensureBuilt(resolvePaths().root, (line) => process.stderr.write(`${line}\n`));
}
