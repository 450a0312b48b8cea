import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitRidge } from '../../analysis/ridge/fit-ridge.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../analysis/splits/make-splits.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { measureGrowth } from './growth.ts';
import { type Measured, startMeasuring } from './measure.ts';
import { type RegressionSize, simulateRegression } from './simulate-regression.ts';

async function measure(engine: MatrixEngine, size: RegressionSize, signal: AbortSignal): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  try {
    const files = await simulateRegression(engine, folder, size, 1);
    const measured = startMeasuring();
    const targets = await openTargets(files.y);
    const runs = [{ id: 'all', samples: size.samples }];
    const { folds } = contiguousFolds({ runs, folds: 3, innerFolds: 0 });
    const features = await readMatrix(files.x);
    const penalties = logSpaced(1e-2, 1e6, 20);
    await fitRidge(engine, { features, targets, folds, penalties, signal }, () => {});
    await targets.close();
    return measured();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** How the cost of ridge (20 penalties, 3 folds) grows with samples, features and targets. Settings: threads, out. */
export async function growth(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const engine = createRuntimeEngine({ threads: Number(options.threads ?? 2) });
  try {
    await measure(engine, { samples: 300, features: 100, targets: 3000 }, deps.signal);
    const plan = {
      name: 'ridge',
      base: { samples: 900, features: 500, targets: 6000 },
      varied: {
        samples: [450, 900, 1800, 3600],
        features: [125, 250, 500, 1000, 2000],
        targets: [3000, 6000, 12_000, 24_000],
      },
      measure: (size: RegressionSize) => measure(engine, size, deps.signal),
    };
    return await measureGrowth(plan, deps, options.out);
  } finally {
    await engine.dispose();
  }
}
