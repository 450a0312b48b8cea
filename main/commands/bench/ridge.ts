import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitRidge } from '../../analysis/ridge/fit-ridge.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../analysis/splits/make-splits.ts';
import { UserError } from '../../core/errors.ts';
import { writeNpy } from '../../formats/npy/npy.ts';
import { createNpyColumns } from '../../formats/npy/npy-columns.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { compare, measureSince, runRival } from './python-rival.ts';
import { runSelf } from './run-self.ts';
import { simulateRegression } from './simulate-regression.ts';

/** himalaya's reference workload (benchmark_backends.py), one that is small in features, one with many. */
const sizes = {
  small: { samples: 1000, features: 100, targets: 20_000 },
  dual: { samples: 600, features: 4000, targets: 50_000 },
  reference: { samples: 3000, features: 1000, targets: 30_000 },
} as const;

const folds = 3;

const script = `
import numpy as np
from sklearn.model_selection import KFold
X, Y = np.load(a["x"]), np.load(a["y"])
alphas = np.array(a["penalties"], dtype=X.dtype)
dual = X.shape[1] > X.shape[0]
if dual:
    from himalaya.kernel_ridge import KernelRidgeCV
    model = KernelRidgeCV(alphas=alphas, cv=KFold(a["folds"])).fit(X, Y)
else:
    from himalaya.ridge import RidgeCV
    model = RidgeCV(alphas=alphas, cv=KFold(a["folds"])).fit(X, Y)
stop()
ours = np.load(a["alphas"])
# Neighbouring penalties on a plateau differ by less than float32 rounding, so agreement is asked of float64.
pick = slice(0, None, max(1, Y.shape[1] // 500))
exact = type(model)(alphas=alphas.astype(float), cv=KFold(a["folds"])).fit(X.astype(float), Y[:, pick].astype(float))
same = np.isclose(ours[pick], exact.best_alphas_, rtol=1e-3)
more = {}
if not dual:
    from himalaya.scoring import correlation_score
    theirs = correlation_score(Y[:, pick].astype(float), X @ exact.coef_)
    own = correlation_score(Y[:, pick].astype(float), X.astype(float) @ np.load(a["coef"], mmap_mode="r")[:, pick])
    more["largestDeltaR"] = float(np.abs(theirs - own)[same].max())
    more["largestDeltaRAnyPenalty"] = float(np.abs(theirs - own).max())
import himalaya
done(software="himalaya " + himalaya.__version__ + " on numpy " + np.__version__, samePenaltiesAsFloat64=float(same.mean()), **more)
`;

/**
 * Cross-validated ridge with 20 penalties and 3 folds beside himalaya, two threads each. Settings: size (small, dual,
 * reference or all), threads.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const asked = options.size ?? 'all';
  if (asked === 'all') {
    const results: Record<string, unknown> = {};
    // One process a size, so that each has its own peak memory.
    for (const size of Object.keys(sizes)) results[size] = await runSelf('ridge', { ...options, size }, deps);
    return results;
  }
  if (!(asked in sizes)) {
    const known = Object.keys(sizes).join(', ');
    throw new UserError('bench.size', `There is no size "${asked}"; there are: ${known}.`, {
      size: asked,
      known,
    });
  }
  return one(sizes[asked as keyof typeof sizes], Number(options.threads ?? 2), deps);
}

async function one(
  size: (typeof sizes)[keyof typeof sizes],
  threads: number,
  deps: CommandDeps,
): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    deps.err(`Simulating ${size.samples} × ${size.features} → ${size.targets} ...\n`);
    const files = await simulateRegression(engine, folder, size, 1);
    deps.err('Fitting ...\n');
    const before = process.cpuUsage();
    const started = performance.now();
    const targets = await openTargets(files.y);
    const split = contiguousFolds({ runs: [{ id: 'all', samples: size.samples }], folds, innerFolds: 0 });
    const penalties = logSpaced(1e-2, 1e6, 20);
    const features = await readMatrix(files.x);
    const alphas = new Float32Array(size.targets);
    // Kernel ridge, the rival's way with many features, has no coefficients of features either.
    const coefficients = size.features <= size.samples;
    const [alphasFile, coef] = [join(folder, 'alphas.npy'), join(folder, 'coef.npy')];
    const writer = await createNpyColumns(coef, coefficients ? size.features : 0, size.targets);
    const problem = { features, targets, folds: split.folds, penalties, coefficients, signal: deps.signal };
    await fitRidge(engine, problem, async (block) => {
      alphas.set(block.penalty, block.start);
      await writer.write(block.start, block.stop, block.coefficients.data);
    });
    await writer.close();
    await targets.close();
    const measured = measureSince(started);
    const ours = { ...measured, cpuSeconds: measured.cpuSeconds - (before.user + before.system) / 1e6 };
    await writeNpy(alphasFile, { shape: [size.targets], data: alphas });
    deps.err('The same with himalaya ...\n');
    const rival = await runRival(
      script,
      { ...files, penalties, folds, alphas: alphasFile, coef },
      threads,
      deps.signal,
    );
    return {
      simulated: true,
      size: { ...size, folds, penalties: 20, threads },
      device: engine.device,
      ours,
      ...compare(ours, rival),
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
