import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { similarityEncoding } from '../../analysis/similarity/similarity-encoding.ts';
import { writeNpy } from '../../formats/npy/npy.ts';
import { normals } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { readMatrix } from '../fit/array-files.ts';
import { compare, measureSince, runRival } from './python-rival.ts';

const script = `
import numpy as np
E, C = np.load(a["embeddings"]), np.load(a["data"])
Z = (E - E.mean(1, keepdims=True)) / E.std(1, keepdims=True)
C = (C - C.mean(0)) / C.std(0)
M = Z @ Z.T / Z.shape[1]
M[np.diag_indices_from(M)] -= 1
P = M @ C
r = ((P - P.mean(0)) * (C - C.mean(0))).mean(0) / P.std(0) / C.std(0)
stop()
done(software="numpy " + np.__version__ + ", explicit M", meanR=float(r.mean()))
`;

/** Similarity encoding of 17,940 items, 300 dimensions, 1,000 measures, beside numpy with M formed. Settings: items, threads. */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const [items, dimensions, measures] = [Number(options.items ?? 17_940), 300, 1000];
  const threads = Number(options.threads ?? 2);
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    deps.err('Simulating data ...\n');
    const files = { embeddings: join(folder, 'e.npy'), data: join(folder, 'c.npy') };
    const random = createRandom(1);
    await writeNpy(files.embeddings, {
      shape: [items, dimensions],
      data: Float32Array.from(normals(random, items * dimensions)),
    });
    await writeNpy(files.data, {
      shape: [items, measures],
      data: Float32Array.from(normals(random, items * measures)),
    });
    const before = process.cpuUsage();
    const started = performance.now();
    const { score } = await similarityEncoding(
      engine,
      await readMatrix(files.embeddings),
      await readMatrix(files.data),
    );
    const measured = measureSince(started);
    const ours = {
      ...measured,
      cpuSeconds: measured.cpuSeconds - (before.user + before.system) / 1e6,
      meanR: score,
    };
    deps.err('The same with numpy ...\n');
    const rival = await runRival(script, files, threads, deps.signal);
    return {
      simulated: true,
      size: { items, dimensions, measures, threads },
      device: engine.device,
      ours,
      ...compare(ours, rival),
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
