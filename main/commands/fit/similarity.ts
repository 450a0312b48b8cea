import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Floats, Matrix } from '../../tensor/matrix.ts';
import type { CommandDeps } from '../command.ts';
import { printable, secondsSince, writeArrays, writeSummary } from './summary-files.ts';

interface SimilarityFlags {
  embeddings: string;
  data: string;
  embeddingItems?: string;
  dataItems?: string;
  intersect?: boolean;
  leaveItemOut?: boolean;
  seed: string;
  out: string;
  json?: boolean;
}

const definitions = `
Items are rows of both files, in the same order; or named by --embedding-items and --data-items (text, one item a line),
and then matched by name. Z: embeddings z-scored per item; C: data z-scored per column.
C' = (M - I) C with M = Z Z' / dimensions; --leave-item-out: prediction = sum w y / sum |w| over all other items, w = M's row.
Writes scores.npy (Pearson r of every column of C' with C), predicted.npy (C'), summary.json. Beside the score stands
that of the same embeddings in shuffled order, which must be near 0. Measures that are constant, NaN or infinite are NaN.`;

/** `gyrus fit similarity`. */
export function registerSimilarity(fit: Command, deps: CommandDeps): void {
  fit
    .command('similarity')
    .description('similarity encoding: every item predicted from the items that resemble it')
    .requiredOption('--embeddings <file>', 'items × dimensions (.npy)')
    .requiredOption('--data <file>', 'items × measures (.npy)')
    .option('--embedding-items <file>', 'names of the embeddings, one a line')
    .option('--data-items <file>', 'names of the rows of the data, one a line')
    .option('--intersect', 'go on with the items that both have')
    .option('--leave-item-out', 'weights normalised per item (Anderson et al. 2016)')
    .option('--seed <number>', 'for the shuffled control', '1')
    .requiredOption('--out <folder>', 'where results go')
    .option('--json', 'one JSON object')
    .addHelpText('after', definitions)
    .action(async (flags: SimilarityFlags) => {
      deps.out(printable(await runSimilarity(flags, deps), flags.out, flags.json ?? false));
    });
}

/** Embeddings and data, matched by name where names are given. @throws UserError `similarity.names` */
async function readPair(
  flags: SimilarityFlags,
): Promise<{ embeddings: Matrix<Floats>; data: Matrix<Floats>; missing: readonly string[] }> {
  const [{ readMatrix }, { matchItems }] = await Promise.all([
    import('./array-files.ts'),
    import('./item-lists.ts'),
  ]);
  const [embeddings, data] = [await readMatrix(flags.embeddings), await readMatrix(flags.data)];
  const { embeddingItems, dataItems } = flags;
  if (embeddingItems === undefined && dataItems === undefined) return { embeddings, data, missing: [] };
  if (embeddingItems === undefined || dataItems === undefined) {
    throw new UserError('similarity.names', 'Give both --embedding-items and --data-items, or neither.');
  }
  const matched = await matchItems(
    { matrix: embeddings, list: embeddingItems },
    { matrix: data, list: dataItems },
    flags.intersect ?? false,
  );
  return { embeddings: matched.first, data: matched.second, missing: matched.missing };
}

async function runSimilarity(flags: SimilarityFlags, deps: CommandDeps): Promise<Record<string, unknown>> {
  const [
    { leaveItemOut, shuffleRows, similarityEncoding },
    { permutation },
    { createRandom },
    { createRuntimeEngine },
    { blankColumns, leaveOutColumns },
    { parseCount },
  ] = await Promise.all([
    import('../../analysis/similarity/similarity-encoding.ts'),
    import('../../tensor/random/sampling.ts'),
    import('../../tensor/random/xoshiro.ts'),
    import('../../tensor/runtime-engine.ts'),
    import('./leave-out.ts'),
    import('./delays.ts'),
  ]);
  const seed = parseCount(flags.seed, 'a seed', 0);
  const started = performance.now();
  const { embeddings, data, missing } = await readPair(flags);
  const engine = createRuntimeEngine();
  try {
    const method = flags.leaveItemOut ? leaveItemOut : similarityEncoding;
    const excluded = embeddings.rows === data.rows ? leaveOutColumns([data], deps, 'measures') : [];
    // What is left out scores 0 here and NaN in the files: the mean is over the others.
    const share = data.cols / (data.cols - excluded.length);
    const { predicted, scores, score } = await method(engine, embeddings, data);
    blankColumns(scores, scores.length, excluded);
    blankColumns(predicted.data, predicted.cols, excluded);
    const order = permutation(createRandom(seed), embeddings.rows);
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
      missingItems: missing,
      dimensions: embeddings.cols,
      measures: data.cols,
      excludedMeasures: excluded.length,
      excluded: excluded.slice(0, 100),
      score: score * share,
      shuffledScore: control.score * share,
      seed,
      seconds: secondsSince(started),
    };
    await writeSummary(flags.out, summary);
    return summary;
  } finally {
    await engine.dispose();
  }
}
