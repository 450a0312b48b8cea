import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import type { CommandDeps } from '../command.ts';
import { printable, secondsSince, writeArrays, writeSummary } from './summary-files.ts';

interface SimilarityFlags {
  embeddings: string;
  data: string;
  leaveItemOut?: boolean;
  seed: string;
  out: string;
  json?: boolean;
}

const definitions = `
Items are rows of both files, in the same order. Z: embeddings z-scored per item; C: data z-scored per column.
C' = (M - I) C with M = Z Z' / dimensions; --leave-item-out: prediction = sum w y / sum |w| over all other items, w = M's row.
Writes scores.npy (Pearson r of every column of C' with C), predicted.npy (C'), summary.json. Beside the score stands
that of the same embeddings in shuffled order, which must be near 0.`;

/** `gyrus fit similarity`. */
export function registerSimilarity(fit: Command, deps: CommandDeps): void {
  fit
    .command('similarity')
    .description('similarity encoding: every item predicted from the items that resemble it')
    .requiredOption('--embeddings <file>', 'items × dimensions (.npy)')
    .requiredOption('--data <file>', 'items × measures (.npy)')
    .option('--leave-item-out', 'weights normalised per item (Anderson et al. 2016)')
    .option('--seed <number>', 'for the shuffled control', '1')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: SimilarityFlags) => {
      deps.out(printable(await runSimilarity(flags), flags.out, flags.json ?? false));
    });
}

async function runSimilarity(flags: SimilarityFlags): Promise<Record<string, unknown>> {
  const [
    { leaveItemOut, shuffleRows, similarityEncoding },
    { permutation },
    { createRandom },
    { createRuntimeEngine },
    { readMatrix },
  ] = await Promise.all([
    import('../../analysis/similarity/similarity-encoding.ts'),
    import('../../tensor/random/sampling.ts'),
    import('../../tensor/random/xoshiro.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./array-files.ts'),
  ]);
  const started = performance.now();
  const [embeddings, data] = [await readMatrix(flags.embeddings), await readMatrix(flags.data)];
  const engine = createRuntimeEngine();
  try {
    const method = flags.leaveItemOut ? leaveItemOut : similarityEncoding;
    const { predicted, scores, score } = await method(engine, embeddings, data);
    const order = permutation(createRandom(Number(flags.seed)), embeddings.rows);
    const control = await method(engine, shuffleRows(embeddings, order), data);
    await mkdir(flags.out, { recursive: true });
    await writeArrays(flags.out, {
      scores: { shape: [scores.length], data: scores },
      predicted: { shape: [predicted.rows, predicted.cols], data: Float32Array.from(predicted.data) },
    });
    const summary = {
      model: 'similarity',
      method: flags.leaveItemOut ? 'leave-item-out' : '(M - I) C',
      items: embeddings.rows,
      dimensions: embeddings.cols,
      measures: data.cols,
      score,
      shuffledScore: control.score,
      seed: Number(flags.seed),
      seconds: secondsSince(started),
    };
    await writeSummary(flags.out, summary);
    return summary;
  } finally {
    await engine.dispose();
  }
}
