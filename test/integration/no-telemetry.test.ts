import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What the library's telemetry leaves in the temporary folder when a session runs. */
function traces(script: string, environment: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-telemetry-'));
  try {
    const { ORT_DISABLE_TELEMETRY: _, ...inherited } = process.env;
    const env = { ...inherited, ...environment, TMPDIR: folder, XDG_CACHE_HOME: folder };
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env });
    expect(run.stderr.toString()).toBe('');
    expect(run.status).toBe(0);
    return readdirSync(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const encode = `
  const { GraphBuilder } = await import('./main/graph/graph-builder.ts');
  const { encodeModel } = await import('./main/graph/onnx/encode.ts');
  const g = new GraphBuilder('g');
  g.output(g.node('Neg', [g.input('x', 'float32', [1])]), 'float32', [1], 'y');
  const bytes = encodeModel(g.build());`;

describe.runIf(process.platform === 'linux')('the runtime', () => {
  it('reports nothing to anyone', () => {
    const script = `${encode}
      const { openSession } = await import('./main/runtime/session.ts');
      const session = await openSession(bytes);
      await session.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(1) } });
      await session.release();`;
    expect(traces(script, {})).toEqual([]);
  });

  it('is told so first in every file that imports the library', () => {
    const folder = join(root, 'main/runtime');
    const importers = readdirSync(folder).filter((file) =>
      /from 'onnxruntime-node'/.test(readFileSync(join(folder, file), 'utf8')),
    );
    expect(importers.length).toBeGreaterThan(0);
    for (const file of importers)
      expect(readFileSync(join(folder, file), 'utf8').split('\n')[0]).toBe("import './no-telemetry.ts';");
  });
});
