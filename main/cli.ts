import { requireNode } from './core/node-version.ts';

requireNode();
// Imported only now: what follows may load native modules that an older Node.js cannot.
const { runMain } = await import('./commands/run-main.ts');
await runMain(process.argv.slice(2));
