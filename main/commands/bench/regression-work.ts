import { join } from 'node:path';
import { bandsOfWidths } from '../../analysis/ridge/bands.ts';
import { fitBanded } from '../../analysis/ridge/fit-banded.ts';
import { fitRidge } from '../../analysis/ridge/fit-ridge.ts';
import { parsePenalties } from '../../analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../analysis/splits/make-splits.ts';
import { writeNpy } from '../../formats/npy/npy.ts';
import { createNpyColumns } from '../../formats/npy/npy-columns.ts';
import { putColumns, zeros } from '../../tensor/matrix.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { startMeasuring } from './measure.ts';

/**
 * What `bench ridge` and `bench banded` measure, in a process of its own so that nothing else is in its memory: reads
 * features and targets, fits, writes alphas.npy and coef.npy (banded: ownWeights.npy). Settings: x, y, out, alphas,
 * folds, threads, coef (no leaves coefficients out); banded: widths, weights (candidates × bands, .npy).
 */
export async function bench(
  deps: CommandDeps,
  { x, y, out, alphas, folds, threads, coef, widths, weights }: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const engine = createRuntimeEngine({ threads: Number(threads) });
  // The rival's libraries are loaded before its clock starts: so is ONNX Runtime.
  await engine.multiply(zeros(64, 64), zeros(64, 64));
  const measured = startMeasuring();
  try {
    const targets = await openTargets(y);
    const features = await readMatrix(x);
    const count = targets.targets;
    const runs = [{ id: 'all', samples: targets.samples }];
    const split = contiguousFolds({ runs, folds: Number(folds), innerFolds: 0 });
    const coefficients = coef !== 'no';
    const writer = await createNpyColumns(join(out, 'coef.npy'), coefficients ? features.cols : 0, count);
    const penalty = new Float32Array(count);
    const problem = {
      ...{ features, targets, folds: split.folds, penalties: parsePenalties(alphas), coefficients },
      signal: deps.signal,
    };
    if (widths === undefined) {
      await fitRidge(engine, problem, async (block) => {
        penalty.set(block.penalty, block.start);
        await writer.write(block.start, block.stop, block.coefficients.data);
      });
    } else {
      const bands = bandsOfWidths(widths.split(',').map(Number));
      const table = await readMatrix(weights);
      const search = Array.from({ length: table.rows }, (_, row) =>
        Float64Array.from(table.data.subarray(row * table.cols, (row + 1) * table.cols)),
      );
      const own = zeros(bands.length, count);
      await fitBanded(engine, { ...problem, bands, search, seed: 1, details: false }, async (block) => {
        penalty.set(block.penalty, block.start);
        putColumns(own, block.start, block.weights);
        await writer.write(block.start, block.stop, block.coefficients.data);
      });
      await writeNpy(join(out, 'ownWeights.npy'), { shape: [bands.length, count], data: own.data });
    }
    await writer.close();
    await targets.close();
    const took = measured();
    await writeNpy(join(out, 'alphas.npy'), { shape: [count], data: penalty });
    return { ...took };
  } finally {
    await engine.dispose();
  }
}
