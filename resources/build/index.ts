import { resolvePaths } from '../../main/core/paths.ts';
import { buildResources } from './build-resources.ts';

const { root } = resolvePaths();
const log = (line: string) => process.stdout.write(`${line}\n`);
const built = await buildResources({
  root,
  out: `${root}/out/resources`,
  log,
  force: process.argv.includes('--force'),
});
if (!built) log('Resources are up to date.');
