import { resolvePaths } from '../main/core/paths.ts';
import { buildResources } from '../resources/build/build-resources.ts';

/** Tests use the bundled models and data as the product does: made once, before any test, when they are stale. */
export default async function setup(): Promise<void> {
  const { root, resources } = resolvePaths(import.meta.dirname);
  await buildResources({ root, out: resources, log: () => {} });
}
