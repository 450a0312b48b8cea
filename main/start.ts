import { requireNode } from './core/node-version.ts';
import { resolvePaths } from './core/paths.ts';
import { runStart } from './shells/start/start.ts';

requireNode();
const say = (line: string) => process.stderr.write(`${line}\n`);
try {
  process.exitCode = await runStart(resolvePaths().root, process.argv.slice(2), say);
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 3;
}
