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
import { compare, himalayaOnTorch, measureSince, type Rival, runRival } from './python-rival.ts';
import { runSelf } from './run-self.ts';
import { simulateRegression } from './simulate-regression.ts';

/** himalaya's reference workload (benchmark_backends.py), one that is small in features, one with many. */
const sizes = {
  small: { samples: 1000, features: 100, targets: 20_000 },
  dual: { samples: 600, features: 4000, targets: 50_000 },
  reference: { samples: 3000, features: 1000, targets: 30_000 },
} as const;

const folds = 3;

const himalaya = `
${himalayaOnTorch}
from sklearn.model_selection import KFold
X, Y = np.load(a["x"]), np.load(a["y"])
alphas = np.array(a["penalties"])
dual = X.shape[1] > X.shape[0]
if dual:
    from himalaya.kernel_ridge import KernelRidgeCV as Model
else:
    from himalaya.ridge import RidgeCV as Model
make = lambda kind: Model(alphas=put(alphas.astype(kind)), cv=KFold(a["folds"]))
model = make(X.dtype).fit(put(X), put(Y))
stop()
# Neighbouring penalties on a plateau differ by less than float32 rounding, so agreement is asked of float64 as well.
pick = slice(0, None, max(1, Y.shape[1] // 1000))
ours = np.load(a["alphas"])
exact = make(float).fit(put(X.astype(float)), put(Y[:, pick].astype(float)))
same = np.isclose(ours[pick], get(exact.best_alphas_), rtol=1e-3)
more = dict(
    samePenalties=float(np.isclose(ours, get(model.best_alphas_), rtol=1e-3).mean()),
    samePenaltiesAsFloat64=float(same.mean()),
    rivalSameAsFloat64=float(np.isclose(get(model.best_alphas_)[pick], get(exact.best_alphas_), rtol=1e-3).mean()),
)
if not dual:
    from himalaya.scoring import correlation_score
    double = lambda array: put(np.asarray(array, dtype=float))
    score = lambda coefficients: get(correlation_score(double(Y[:, pick]), double(X) @ double(coefficients)))
    delta = np.abs(score(get(exact.coef_)) - score(np.load(a["coef"], mmap_mode="r")[:, pick]))
    more.update(largestDeltaR=float(delta[same].max()), largestDeltaRAnyPenalty=float(delta.max()))
done(software=software, **more)
`;

/** scikit-learn has no k-fold search with a penalty per target; this is the loop that one writes instead. */
const scikitLearn = `
import numpy as np, sklearn
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
X, Y = np.load(a["x"]), np.load(a["y"])
loss = np.zeros((len(a["penalties"]), Y.shape[1]), dtype=X.dtype)
for train, test in KFold(a["folds"]).split(X):
    Xt, Yt, Xv, Yv = X[train], Y[train], X[test], Y[test]
    for i, alpha in enumerate(a["penalties"]):
        loss[i] += ((Ridge(alpha, fit_intercept=False).fit(Xt, Yt).predict(Xv) - Yv) ** 2).mean(0)
best = np.array(a["penalties"])[loss.argmin(0)]
coef = None
if X.shape[1] <= X.shape[0]:
    coef = np.empty((Y.shape[1], X.shape[1]), dtype=X.dtype)
    for alpha in np.unique(best):
        own = best == alpha
        coef[own] = Ridge(alpha, fit_intercept=False).fit(X, Y[:, own]).coef_
stop()
done(software="scikit-learn " + sklearn.__version__, samePenalties=float(np.isclose(np.load(a["alphas"]), best, rtol=1e-3).mean()))
`;

/**
 * Cross-validated ridge with 20 penalties and 3 folds beside himalaya on torch and scikit-learn, two threads each;
 * `rival` is the faster of them. Settings: size (small, dual, reference or all; large and growth run alone, without rivals),
 * rivals (himalaya,scikitLearn), threads.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const asked = options.size ?? 'all';
  if (asked === 'large') {
    const { large } = await import('./ridge-large.ts');
    return large(deps, options);
  }
  if (asked === 'growth') {
    const { growth } = await import('./ridge-growth.ts');
    return growth(deps, options);
  }
  if (asked === 'all') {
    const results: Record<string, unknown> = {};
    // One process a size, so that each has its own peak memory.
    for (const size of Object.keys(sizes)) results[size] = await runSelf('ridge', { ...options, size }, deps);
    return results;
  }
  if (!(asked in sizes)) {
    const known = [...Object.keys(sizes), 'large', 'growth', 'all'].join(', ');
    throw new UserError('bench.size', `There is no size "${asked}"; there are: ${known}.`, {
      size: asked,
      known,
    });
  }
  const rivals = (options.rivals ?? 'himalaya,scikitLearn').split(',');
  return one(sizes[asked as keyof typeof sizes], Number(options.threads ?? 2), rivals, deps);
}

async function one(
  size: (typeof sizes)[keyof typeof sizes],
  threads: number,
  asked: readonly string[],
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
    const given = { ...files, penalties, folds, threads, alphas: alphasFile, coef };
    const rivals: Record<string, unknown> = {};
    let best: Rival = { missing: 'no rival was asked for' };
    for (const [name, script] of Object.entries({ himalaya, scikitLearn })) {
      if (!asked.includes(name)) continue;
      deps.err(`The same with ${name} ...\n`);
      const rival = await runRival(script, given, threads, deps.signal);
      rivals[name] = rival;
      if ('missing' in best || (!('missing' in rival) && rival.seconds < best.seconds)) best = rival;
    }
    return {
      simulated: true,
      size: { ...size, folds, penalties: 20, threads },
      device: engine.device,
      ours,
      rivals,
      ...compare(ours, best),
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
