import { requireNode } from './core/node-version.ts';

requireNode();
// The web shell is the `serve` command; this entry lets `npm start` and scripts reach it without naming it.
const { runMain } = await import('./commands/run-main.ts');
await runMain(['serve', ...process.argv.slice(2)]);
