import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePenalties } from '../../analysis/ridge/penalties.ts';
import { UserError } from '../../core/errors.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { compare, himalayaOnTorch, type Rival, runRival } from './python-rival.ts';
import { measureSelf, runSelf } from './run-self.ts';
import { simulateRegression } from './simulate-regression.ts';

/** himalaya's reference workload (benchmark_backends.py), one that is small in features, one with many. */
const sizes = {
  small: { samples: 1000, features: 100, targets: 20_000 },
  dual: { samples: 600, features: 4000, targets: 50_000 },
  reference: { samples: 3000, features: 1000, targets: 30_000 },
} as const;

const folds = 3;
const grid = '1e-2:1e6:20';

/**
 * himalaya's RidgeCV, or KernelRidgeCV where features outnumber samples, as its guide advises; in batches of targets,
 * its own means against filling the memory. With a["share"] it fits that share of the targets and half of them, and the
 * line through both times is followed to all targets.
 */
const himalaya = `
${himalayaOnTorch}
from himalaya.kernel_ridge import KernelRidgeCV
from himalaya.ridge import RidgeCV
from himalaya.scoring import correlation_score
from sklearn.model_selection import KFold
begin()
X, Y = np.load(a["x"]), np.load(a["y"])
alphas = np.array(a["penalties"])
dual = X.shape[1] > X.shape[0]
def make(kind):
    options = dict(n_targets_batch=a["batch"], n_targets_batch_refit=a["batch"])
    return (KernelRidgeCV if dual else RidgeCV)(alphas=put(alphas.astype(kind)), cv=KFold(a["folds"]), solver_params=options)
if a.get("share"):
    times = []
    for part in (a["share"] / 2, a["share"]):
        count = int(Y.shape[1] * part)
        begun = time.perf_counter(), time.process_time()
        make(X.dtype).fit(put(X), put(Y[:, :count]))
        times.append((count, time.perf_counter() - begun[0], time.process_time() - begun[1]))
    (n0, s0, c0), (n1, s1, c1) = times
    rest = (Y.shape[1] - n1) / (n1 - n0)
    done(software=software, extrapolated="from %d and %d of %d targets" % (n0, n1, Y.shape[1]), seconds=s1 + (s1 - s0) * rest, cpuSeconds=c1 + (c1 - c0) * rest)
    sys.exit()
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
    double = lambda array: put(np.asarray(array, dtype=float))
    score = lambda coefficients: get(correlation_score(double(Y[:, pick]), double(X) @ double(coefficients)))
    delta = np.abs(score(get(exact.coef_)) - score(np.load(a["coef"], mmap_mode="r")[:, pick]))
    more.update(largestDeltaR=float(delta[same].max()), largestDeltaRAnyPenalty=float(delta.max()))
done(software=software, **more)
`;

/**
 * scikit-learn has no k-fold search with a penalty per target; this is the loop that one writes instead. Where the next
 * penalty would end past a["limit"] seconds it stops, and what is left is added at the same pace.
 */
const scikitLearn = `
import numpy as np, sklearn
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
begin()
X, Y = np.load(a["x"]), np.load(a["y"])
loss = np.zeros((len(a["penalties"]), Y.shape[1]), dtype=X.dtype)
steps, total = 0, a["folds"] * len(a["penalties"])
for train, test in KFold(a["folds"]).split(X):
    Xt, Yt, Xv, Yv = X[train], Y[train], X[test], Y[test]
    for i, alpha in enumerate(a["penalties"]):
        spent = time.perf_counter() - start
        if steps > 0 and spent * (steps + 1) / steps > a["limit"]:
            stop()
            more = total / steps
            done(software="scikit-learn " + sklearn.__version__, extrapolated="from %d of %d fits, without coefficients" % (steps, total), seconds=measured["seconds"] * more, cpuSeconds=measured["cpuSeconds"] * more)
            sys.exit()
        loss[i] += ((Ridge(alpha, fit_intercept=False).fit(Xt, Yt).predict(Xv) - Yv) ** 2).mean(0)
        steps += 1
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
 * `better` names the faster of them. Settings: size (small, dual, reference or all; large and growth run alone, without rivals),
 * rivals (himalaya,scikitLearn), threads, limit (seconds for each rival; one that needs more is extrapolated from a part
 * of the work and says so), rivalBatch (targets at once in himalaya).
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
  return one(sizes[asked as keyof typeof sizes], options, deps);
}

async function one(
  size: (typeof sizes)[keyof typeof sizes],
  options: Readonly<Record<string, string>>,
  deps: CommandDeps,
): Promise<Record<string, unknown>> {
  const threads = Number(options.threads ?? 2);
  const limit = Number(options.limit ?? 600);
  const asked = (options.rivals ?? 'himalaya,scikitLearn').split(',');
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    deps.err(`Simulating ${size.samples} × ${size.features} → ${size.targets} ...\n`);
    const files = await simulateRegression(engine, folder, size, 1);
    deps.err('Fitting ...\n');
    // Kernel ridge, the rival's way with many features, has no coefficients of features either.
    const coef = size.features <= size.samples ? 'yes' : 'no';
    const work = { ...files, out: folder, alphas: grid, folds: `${folds}`, threads: `${threads}`, coef };
    const ours = await measureSelf('regression-work', work, deps);
    const batch = Number(options.rivalBatch ?? 5000);
    const outputs = { alphas: join(folder, 'alphas.npy'), coef: join(folder, 'coef.npy') };
    const given = { ...files, ...outputs, penalties: parsePenalties(grid), folds, threads, batch, limit };
    const run = async (name: string): Promise<Rival> => {
      deps.err(`The same with ${name} ...\n`);
      if (name === 'scikitLearn') return runRival(scikitLearn, given, threads, deps.signal);
      const whole = await runRival(himalaya, given, threads, deps.signal, 2 * limit);
      if (whole.missing === undefined || !whole.late) return whole;
      deps.err('It was not done in time: a tenth of the targets ...\n');
      return runRival(himalaya, { ...given, share: 0.1 }, threads, deps.signal, limit);
    };
    const rivals: Record<string, Rival> = {};
    for (const name of ['himalaya', 'scikitLearn']) if (asked.includes(name)) rivals[name] = await run(name);
    const [better] = Object.entries(rivals)
      .flatMap(([name, rival]) => (rival.missing === undefined ? [{ name, seconds: rival.seconds }] : []))
      .sort((a, b) => a.seconds - b.seconds);
    return {
      simulated: true,
      size: { ...size, folds, penalties: 20, threads },
      device: engine.device,
      ours,
      rivals: Object.fromEntries(Object.entries(rivals).map(([name, rival]) => [name, compare(ours, rival)])),
      better: better?.name ?? null,
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
