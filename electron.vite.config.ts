import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Packages with native code or WebAssembly stay outside the bundles; everything else is bundled, which makes starting quick. */
const native = ['better-sqlite3', 'onnxruntime-node', 'serialport', '@niivue/dcm2niix', /^h5wasm/];

export default defineConfig({
  main: {
    build: {
      // The web shell runs the same bundles on the Node.js of whoever starts it.
      target: 'node22',
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          electron: 'main/electron.ts',
          web: 'main/web.ts',
          cli: 'main/cli.ts',
          compute: 'main/compute.ts',
        },
        external: native,
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        // A sandboxed preload script must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      target: 'chrome120',
      rolldownOptions: { input: resolve('renderer/index.html') },
      chunkSizeWarningLimit: 2000,
    },
  },
});
