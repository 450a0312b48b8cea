import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { similarityEncoding } from '../../analysis/similarity/similarity-encoding.ts';
import { writeNpy } from '../../formats/npy/npy.ts';
import { zeros } from '../../tensor/matrix.ts';
import { normals } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { readMatrix } from '../fit/array-files.ts';
import { measureGrowth } from './growth.ts';
import { type Measured, startMeasuring } from './measure.ts';
import { compare, runRival } from './python-rival.ts';
import { measureSelf } from './run-self.ts';

const script = `
import numpy as np
begin()
E, C = np.load(a["embeddings"]), np.load(a["data"])
Z = (E - E.mean(1, keepdims=True)) / E.std(1, keepdims=True)
C = (C - C.mean(0)) / C.std(0)
M = Z @ Z.T / Z.shape[1]
M[np.diag_indices_from(M)] -= 1
P = M @ C
r = ((P - P.mean(0)) * (C - C.mean(0))).mean(0) / P.std(0) / C.std(0)
stop()
done(software="numpy " + np.__version__ + ", explicit M", largestDeltaR=float(np.abs(r - np.load(a["scores"])).max()))
`;

interface Size {
  readonly items: number;
  readonly dimensions: number;
  readonly measures: number;
}

/** Writes *simulated* embeddings and data: noise, which costs what data cost. */
async function simulate(folder: string, size: Size): Promise<{ embeddings: string; data: string }> {
  const files = { embeddings: join(folder, 'e.npy'), data: join(folder, 'c.npy') };
  const random = createRandom(1);
  for (const [file, width] of [
    [files.embeddings, size.dimensions],
    [files.data, size.measures],
  ] as const) {
    const data = Float32Array.from(normals(random, size.items * width));
    await writeNpy(file, { shape: [size.items, width], data });
  }
  return files;
}

/** Reads and scores in this process. */
async function work(files: { embeddings: string; data: string }, threads: number, scores?: string) {
  const engine = createRuntimeEngine({ threads });
  try {
    await engine.multiply(zeros(64, 64), zeros(64, 64));
    const measured = startMeasuring();
    const [embeddings, data] = [await readMatrix(files.embeddings), await readMatrix(files.data)];
    const result = await similarityEncoding(engine, embeddings, data);
    const took = measured();
    if (scores !== undefined) await writeNpy(scores, { shape: [result.scores.length], data: result.scores });
    return took;
  } finally {
    await engine.dispose();
  }
}

async function growth(deps: CommandDeps, threads: number, out: string | undefined) {
  const measure = async (size: Size): Promise<Measured> => {
    const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
    try {
      return await work(await simulate(folder, size), threads);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  await measure({ items: 1000, dimensions: 100, measures: 100 });
  const varied = {
    items: [2000, 4000, 8000, 16_000],
    dimensions: [75, 150, 300, 600, 1200],
    measures: [125, 250, 500, 1000, 2000],
  };
  const base = { items: 4000, dimensions: 300, measures: 500 };
  return measureGrowth({ name: 'similarity', base, varied, measure }, deps, out);
}

/**
 * Similarity encoding of 17,940 items, 300 dimensions, 1,000 measures, beside numpy with M formed. Settings: items,
 * threads; size=growth measures growth with each size instead (out: folder of the figure).
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const threads = Number(options.threads ?? 2);
  const { embeddings, data, scores } = options;
  // The process of its own in which our side is measured.
  if (embeddings !== undefined) return { ...(await work({ embeddings, data }, threads, scores)) };
  if (options.size === 'growth') return growth(deps, threads, options.out);
  const size = { items: Number(options.items ?? 17_940), dimensions: 300, measures: 1000 };
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  try {
    deps.err('Simulating data ...\n');
    const files = { ...(await simulate(folder, size)), scores: join(folder, 'scores.npy') };
    const ours = await measureSelf('similarity', { ...files, threads: `${threads}` }, deps);
    deps.err('The same with numpy ...\n');
    const rival = await runRival(script, files, threads, deps.signal);
    return { simulated: true, size: { ...size, threads }, ours, ...compare(ours, rival) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
