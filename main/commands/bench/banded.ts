import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bandsOfWidths, bandWeights } from '../../analysis/ridge/bands.ts';
import { fitBanded } from '../../analysis/ridge/fit-banded.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../analysis/splits/make-splits.ts';
import { UserError } from '../../core/errors.ts';
import { writeNpy } from '../../formats/npy/npy.ts';
import { createNpyColumns } from '../../formats/npy/npy-columns.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { compare, himalayaOnTorch, measureSince, runRival } from './python-rival.ts';
import { runSelf } from './run-self.ts';
import { simulateRegression } from './simulate-regression.ts';

/** Two bands with fewer columns than samples, and with more. */
const sizes = {
  primal: { samples: 999, widths: [100, 300], targets: 10_000 },
  dual: { samples: 600, widths: [300, 1000], targets: 10_000 },
} as const;

const folds = 3;

/** The solver that himalaya advises for the shape, with the same weight vectors; both give coefficients of features. */
const script = `
${himalayaOnTorch}
from sklearn.model_selection import KFold
X, Y = np.load(a["x"]), np.load(a["y"])
gammas = put(np.array(a["weights"], dtype=X.dtype))
alphas = put(np.array(a["penalties"], dtype=X.dtype))
edges = np.cumsum([0] + a["widths"])
Xs = [put(X[:, edges[b]:edges[b + 1]]) for b in range(len(a["widths"]))]
common = dict(n_iter=gammas, alphas=alphas, cv=KFold(a["folds"]), progress_bar=False)
if X.shape[1] <= X.shape[0]:
    from himalaya.ridge import solve_group_ridge_random_search
    deltas, _, _ = solve_group_ridge_random_search(Xs, put(Y), return_weights=True, **common)
else:
    from himalaya.kernel_ridge import solve_multiple_kernel_ridge_random_search
    Ks = torch.stack([x @ x.T for x in Xs])
    deltas, _, _ = solve_multiple_kernel_ridge_random_search(Ks, put(Y), Xs=Xs, return_weights="primal", **common)
stop()
theirs = get(deltas)
ours = np.log(np.maximum(np.load(a["ownWeights"]), 1e-30) / np.load(a["alphas"]))
strong = theirs > theirs.max(0) - 7
done(software=software, sameChoice=float((np.isclose(ours, theirs, atol=1e-3) | ~strong).all(0).mean()))
`;

/**
 * Banded ridge, two bands, 100 weight vectors, 20 penalties, 3 folds, 10,000 targets, with coefficients, beside
 * himalaya on torch. Settings: size (primal, dual or all), targets, iterations, threads.
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
  const features = widths[0] + widths[1];
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    deps.err(`Simulating ${samples} × ${features} → ${count} ...\n`);
    const files = await simulateRegression(engine, folder, { samples, features, targets: count }, 1);
    deps.err('Fitting ...\n');
    const before = process.cpuUsage();
    const started = performance.now();
    const targets = await openTargets(files.y);
    const split = contiguousFolds({ runs: [{ id: 'all', samples }], folds, innerFolds: 0 });
    const penalties = logSpaced(1e-2, 1e6, 20);
    const weights = bandWeights(widths.length, iterations, 1);
    const alphas = new Float32Array(count);
    const own = new Float32Array(widths.length * count);
    const names = { alphas: join(folder, 'alphas.npy'), ownWeights: join(folder, 'weights.npy') };
    const writer = await createNpyColumns(join(folder, 'coef.npy'), features, count);
    const problem = {
      ...{ features: await readMatrix(files.x), targets, folds: split.folds, penalties },
      ...{ bands: bandsOfWidths(widths), search: weights, seed: 1, details: false, signal: deps.signal },
    };
    await fitBanded(engine, problem, async (block) => {
      alphas.set(block.penalty, block.start);
      const width = block.stop - block.start;
      for (let band = 0; band < widths.length; band++)
        own.set(block.weights.data.subarray(band * width, (band + 1) * width), band * count + block.start);
      await writer.write(block.start, block.stop, block.coefficients.data);
    });
    await writer.close();
    await targets.close();
    const measured = measureSince(started);
    const ours = { ...measured, cpuSeconds: measured.cpuSeconds - (before.user + before.system) / 1e6 };
    await writeNpy(names.alphas, { shape: [count], data: alphas });
    await writeNpy(names.ownWeights, { shape: [widths.length, count], data: own });
    deps.err('The same with himalaya ...\n');
    const given = {
      ...files,
      ...names,
      penalties,
      folds,
      widths,
      threads,
      weights: weights.map((one) => [...one]),
    };
    const rival = await runRival(script, given, threads, deps.signal);
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
