import { requireNode } from './core/node-version.ts';
import { resolvePaths } from './core/paths.ts';
import { buildAll } from './shells/start/build.ts';

// What `npm run build` runs: the same build as `npm start` makes when the sources have changed.
requireNode();
await buildAll(resolvePaths().root);
