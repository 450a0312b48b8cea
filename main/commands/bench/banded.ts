import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bandWeights } from '../../analysis/ridge/bands.ts';
import { parsePenalties } from '../../analysis/ridge/penalties.ts';
import { UserError } from '../../core/errors.ts';
import { writeNpy } from '../../formats/npy/npy.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { compare, himalayaOnTorch, runRival } from './python-rival.ts';
import { measureSelf, runSelf } from './run-self.ts';
import { simulateRegression } from './simulate-regression.ts';

/** Two bands with fewer columns than samples, and with more: sizes at which the rival is done in a few minutes. */
const sizes = {
  primal: { samples: 300, widths: [40, 80], targets: 10_000 },
  dual: { samples: 180, widths: [90, 270], targets: 10_000 },
} as const;

const folds = 3;
const grid = '1e-2:1e6:20';

/** The solver that himalaya advises for the shape, with the same weight vectors; both give coefficients of features. */
const script = `
${himalayaOnTorch}
from himalaya.kernel_ridge import solve_multiple_kernel_ridge_random_search
from himalaya.ridge import solve_group_ridge_random_search
from sklearn.model_selection import KFold
begin()
X, Y = np.load(a["x"]), np.load(a["y"])
edges = np.cumsum([0] + a["widths"])
def fit(gammas, X=X, Y=Y):
    alphas = put(np.array(a["penalties"], dtype=X.dtype))
    Xs = [put(X[:, edges[b]:edges[b + 1]]) for b in range(len(a["widths"]))]
    common = dict(alphas=alphas, cv=KFold(a["folds"]), progress_bar=False, n_targets_batch=a["batch"], n_targets_batch_refit=a["batch"])
    gammas = put(gammas.astype(X.dtype))
    if X.shape[1] <= X.shape[0]:
        return solve_group_ridge_random_search(Xs, put(Y), n_iter=gammas, return_weights=True, **common)
    Ks = torch.stack([x @ x.T for x in Xs])
    return solve_multiple_kernel_ridge_random_search(Ks, put(Y), n_iter=gammas, Xs=Xs, return_weights="primal", **common)
gammas = np.load(a["weights"])
if a.get("share"):
    times = []
    for count in (int(len(gammas) * a["share"] / 2), int(len(gammas) * a["share"])):
        begun = time.perf_counter(), time.process_time()
        fit(gammas[:count])
        times.append((count, time.perf_counter() - begun[0], time.process_time() - begun[1]))
    (n0, s0, c0), (n1, s1, c1) = times
    rest = (len(gammas) - n1) / (n1 - n0)
    done(software=software, extrapolated="from %d and %d of %d weight vectors" % (n0, n1, len(gammas)), seconds=s1 + (s1 - s0) * rest, cpuSeconds=c1 + (c1 - c0) * rest)
    sys.exit()
deltas, _, scores = fit(gammas)
stop()
theirs = get(deltas)
ours = np.log(np.maximum(np.load(a["ownWeights"]), 1e-30) / np.load(a["alphas"]))
def same(one, other):
    strong = other > other.max(0) - 7
    return float((np.isclose(one, other, atol=1e-3) | ~strong).all(0).mean())
some = slice(None, None, 10)
exact = get(fit(gammas, X.astype(np.float64), Y[:, some].astype(np.float64))[0])
done(software=software, sameChoice=same(ours, theirs), sameAsFloat64=dict(targets=exact.shape[1], ours=same(ours[:, some], exact), rival=same(theirs[:, some], exact)))
`;

/**
 * Banded ridge, two bands, 100 weight vectors, 20 penalties, 3 folds, 10,000 targets, with coefficients, beside
 * himalaya on torch in float32; for every tenth target the choices of both are held against himalaya's in float64, since
 * float32 ties are broken by rounding. Settings: size (primal, dual or all), targets, iterations, threads, limit (seconds for the rival; if it
 * needs more it is extrapolated from a tenth of the weight vectors and says so), rivalBatch (its targets at once).
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const asked = options.size ?? 'all';
  if (asked === 'all') {
    const results: Record<string, unknown> = {};
    // One process a size, so that each has its own peak memory.
    for (const size of Object.keys(sizes))
      results[size] = await runSelf('banded', { ...options, size }, deps);
    return results;
  }
  if (!(asked in sizes)) {
    const known = Object.keys(sizes).join(', ');
    throw new UserError('bench.size', `There is no size "${asked}"; there are: ${known}.`, {
      size: asked,
      known,
    });
  }
  return one(sizes[asked as keyof typeof sizes], options, deps);
}

async function one(
  { samples, widths, targets: asked }: (typeof sizes)[keyof typeof sizes],
  options: Readonly<Record<string, string>>,
  deps: CommandDeps,
): Promise<Record<string, unknown>> {
  const threads = Number(options.threads ?? 2);
  const count = Number(options.targets ?? asked);
  const iterations = Number(options.iterations ?? 100);
  const limit = Number(options.limit ?? 600);
  const features = widths[0] + widths[1];
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    deps.err(`Simulating ${samples} × ${features} → ${count} ...\n`);
    const files = await simulateRegression(engine, folder, { samples, features, targets: count }, 1);
    const weights = bandWeights(widths.length, iterations, 1);
    const table = join(folder, 'candidates.npy');
    const data = Float64Array.from(weights.flatMap((one) => [...one]));
    await writeNpy(table, { shape: [iterations, widths.length], data });
    deps.err('Fitting ...\n');
    const work = { ...files, out: folder, alphas: grid, folds: `${folds}`, threads: `${threads}` };
    const ours = await measureSelf(
      'regression-work',
      { ...work, widths: widths.join(','), weights: table },
      deps,
    );
    deps.err('The same with himalaya ...\n');
    const given = {
      ...{ ...files, weights: table, penalties: parsePenalties(grid), folds, widths, threads },
      ...{ alphas: join(folder, 'alphas.npy'), ownWeights: join(folder, 'ownWeights.npy') },
      batch: Number(options.rivalBatch ?? count),
    };
    let rival = await runRival(script, given, threads, deps.signal, limit);
    if (rival.missing !== undefined && rival.late) {
      deps.err('It was not done in time: a tenth of the weight vectors ...\n');
      rival = await runRival(script, { ...given, share: 0.1 }, threads, deps.signal, limit);
    }
    return {
      simulated: true,
      size: { samples, bands: widths, targets: count, weights: iterations, penalties: 20, folds, threads },
      device: engine.device,
      ours,
      ...compare(ours, rival),
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
