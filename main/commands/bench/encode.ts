import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitEncoding } from '../../analysis/ridge/fit-encoding.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { mean } from '../../analysis/significance/bootstrap.ts';
import { leaveOneRunOut } from '../../analysis/splits/make-splits.ts';
import { rowIndices } from '../../analysis/splits/split-manifest.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { startMeasuring } from './measure.ts';
import { compare, runRival } from './python-rival.ts';
import { simulateRegression } from './simulate-regression.ts';

/** The same nested cross-validation with himalaya: kernel ridge where features outnumber samples, as its guide advises. */
const script = `
import numpy as np
from himalaya.kernel_ridge import KernelRidgeCV
from himalaya.ridge import RidgeCV
from himalaya.scoring import correlation_score
from sklearn.model_selection import PredefinedSplit
begin()
X, Y = np.load(a["x"]), np.load(a["y"])
r = np.zeros(Y.shape[1])
for fold in a["folds"]:
    train, test = np.array(fold["train"]), np.array(fold["test"])
    mx, sx, my, sy = X[train].mean(0), X[train].std(0), Y[train].mean(0), Y[train].std(0)
    Xt, Xv, Yt, Yv = (X[train] - mx) / sx, (X[test] - mx) / sx, (Y[train] - my) / sy, (Y[test] - my) / sy
    cv = PredefinedSplit(np.array(fold["inner"]))
    kind = RidgeCV if Xt.shape[1] <= Xt.shape[0] else KernelRidgeCV
    r += correlation_score(Yv, kind(alphas=np.array(a["penalties"]), cv=cv).fit(Xt, Yt).predict(Xv)) / len(a["folds"])
import himalaya
stop()
done(software="himalaya " + himalaya.__version__ + " on numpy " + np.__version__, meanR=float(r.mean()))
`;

/**
 * One feature space of a listening study: 4 runs of 250 volumes, 512 dimensions at 4 delays, 10,000 voxels, 20
 * penalties, leave one run out with nested folds. Settings: samples (per run), features, targets, threads.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const size = { samples: 250, features: 2048, targets: 10_000, threads: 2 };
  for (const key of Object.keys(size) as (keyof typeof size)[]) size[key] = Number(options[key] ?? size[key]);
  const { threads } = size;
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  const engine = createRuntimeEngine({ threads });
  try {
    const runs = ['1', '2', '3', '4'].map((id) => ({ id, samples: size.samples }));
    const split = leaveOneRunOut({ runs });
    const penalties = logSpaced(0.1, 1e7, 20);
    deps.err('Simulating data ...\n');
    const files = await simulateRegression(engine, folder, { ...size, samples: 4 * size.samples }, 1);
    deps.err('Fitting ...\n');
    const measured = startMeasuring();
    const targets = await openTargets(files.y);
    const features = await readMatrix(files.x);
    const r = new Float32Array(size.targets);
    await fitEncoding(engine, { features, targets, split, penalties, signal: deps.signal }, (block) => {
      r.set(block.r, block.start);
    });
    await targets.close();
    const ours = { ...measured(), meanR: mean(r) };
    deps.err('The same with himalaya ...\n');
    const folds = split.folds.map((fold) => {
      const train = [...rowIndices(fold.train)];
      const inner = train.map((row) =>
        fold.inner.findIndex(({ test }) => test.some((range) => row >= range.start && row < range.stop)),
      );
      return { train, test: [...rowIndices(fold.test)], inner };
    });
    const rival = await runRival(script, { ...files, penalties, folds }, threads, deps.signal);
    return {
      simulated: true,
      size: { ...size, runs: 4, penalties: 20 },
      device: engine.device,
      ours,
      ...compare(ours, rival),
    };
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
}
