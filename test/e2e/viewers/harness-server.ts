import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { resolvePaths } from '../../../main/core/paths.ts';
import { anatomyStep } from '../../../resources/build/anatomy.ts';

const { root, resources } = resolvePaths();
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** The bundled brain: as built, or made now from the package where nobody has built it yet. */
async function brainBundles(): Promise<Map<string, Uint8Array>> {
  const bundles = new Map<string, Uint8Array>();
  const files = ['brain/surface.bundle', 'brain/anatomy.bundle'];
  if (files.every((file) => existsSync(join(resources, file)))) {
    for (const file of files) bundles.set(file, readFileSync(join(resources, file)));
    return bundles;
  }
  await anatomyStep.run({
    packageFolder: (name) => join(root, 'node_modules', name),
    write: async (file, bytes) => {
      bundles.set(file, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    },
  });
  return bundles;
}

/** Builds the harness page as the product's page is built, and serves it on a free loopback port. */
export async function startHarness(): Promise<{ url: string; close: () => Promise<void> }> {
  const bundles = await brainBundles();
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-viewers-'));
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'harness'),
    plugins: [react()],
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 5000, target: 'esnext' },
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
    const file = join(folder, normalize(path));
    const bytes =
      bundles.get(path.replace(/^resources\//, '')) ?? (existsSync(file) ? readFileSync(file) : null);
    response.writeHead(bytes ? 200 : 404, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
    });
    response.end(bytes ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The harness has no address.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
