import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { estimateRidge, measureSpeed } from '../../analysis/ridge/estimate-cost.ts';
import { fitRidge } from '../../analysis/ridge/fit-ridge.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../analysis/splits/make-splits.ts';
import { createNpyColumns } from '../../formats/npy/npy-columns.ts';
import { matrixOf } from '../../tensor/matrix.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { delayColumns } from '../fit/delays.ts';
import { startMeasuring } from './measure.ts';
import { simulateRegression } from './simulate-regression.ts';

/**
 * A whole-brain study: 1,200 samples, 1,000 features at 4 delays, 100,000 targets read from and written to disk, 20
 * penalties, 5 folds; what pre-flight says beside what is true. Settings: targets, threads.
 */
export async function large(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const threads = Number(options.threads ?? 2);
  const [samples, width, delays, folds] = [1200, 1000, [0, 1, 2, 3], 5];
  const targets = Number(options.targets ?? 100_000);
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    deps.err(`Simulating ${samples} × ${width} → ${targets} ...\n`);
    const files = await simulateRegression(engine, folder, { samples, features: width, targets }, 1);
    const penalties = logSpaced(1, 1e8, 20);
    const size = { samples, features: width * delays.length, targets, folds, penalties: penalties.length };
    const speed = await measureSpeed(engine);
    const estimate = estimateRidge(size, speed);
    deps.err(
      `Pre-flight: ${estimate.seconds.toFixed(0)} s, ${(estimate.peakBytes / 1e9).toFixed(2)} GB of memory, ${(estimate.diskBytes / 1e9).toFixed(2)} GB on disk. Fitting ...\n`,
    );
    const measuring = startMeasuring();
    const raw = await readMatrix(files.x);
    const features = delayColumns(matrixOf(raw.rows, raw.cols, raw.data), delays, [samples]);
    const source = await openTargets(files.y);
    const split = contiguousFolds({ runs: [{ id: 'all', samples }], folds, innerFolds: 0 });
    const writer = await createNpyColumns(join(folder, 'coef.npy'), features.cols, targets);
    let r = 0;
    const problem = { features, targets: source, folds: split.folds, penalties, signal: deps.signal };
    await fitRidge(engine, problem, async (block) => {
      for (const value of block.r) r += value / targets;
      await writer.write(block.start, block.stop, block.coefficients.data);
      deps.err(`${block.stop} of ${targets}\r`);
    });
    await writer.close();
    await source.close();
    const measured = measuring();
    const times = (a: number, b: number): number => Number((Math.max(a, b) / Math.min(a, b)).toFixed(2));
    return {
      simulated: true,
      size: { ...size, threads },
      device: engine.device,
      speed: { gflops32: (2 * speed.float32) / 1e9, gflops64: (2 * speed.float64) / 1e9 },
      estimate: { seconds: estimate.seconds, peakMB: estimate.peakBytes / 2 ** 20 },
      ours: { ...measured, meanR: r },
      secondsOffBy: times(estimate.seconds, measured.seconds),
      memoryOffBy: times(estimate.peakBytes / 2 ** 20, measured.peakMB),
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
