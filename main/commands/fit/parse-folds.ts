import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { customFolds } from '../../analysis/splits/custom-folds.ts';
import { blockedFolds, contiguousFolds, leaveOneRunOut } from '../../analysis/splits/make-splits.ts';
import { rowIndices, type SplitManifest, type SplitRun } from '../../analysis/splits/split-manifest.ts';
import type { TargetSource } from '../../analysis/target-source.ts';
import { UserError } from '../../core/errors.ts';

/** What `--folds` may say, for `--help`. */
export const foldsHelp =
  'contiguous:5, blocked:5:40 (blocks of 40 samples dealt to 5 folds; blocked:5:40:4 leaves 4 training samples out beside each), runs:200,200,180 (leave one run out; samples per run) or a JSON file: a split.json, {"folds": [{"train": [...], "test": [...]}]} or a list of test-sample lists';

const range = z.object({ start: z.number().int().nonnegative(), stop: z.number().int().nonnegative() });
const rows = z.union([
  z.array(z.number().int()),
  z.array(range).transform((ranges) => [...rowIndices(ranges)]),
]);
const fileSchema = z.union([
  z.object({ folds: z.array(z.object({ test: rows, train: rows.optional() })).min(1) }),
  z
    .array(z.array(z.number().int()))
    .min(1)
    .transform((tests) => ({ folds: tests.map((test) => ({ test, train: undefined })) })),
]);

function refuse(text: string): UserError {
  return new UserError('split.unreadable', `"${text}" is no way to make folds; use ${foldsHelp}.`, {
    given: text,
  });
}

/**
 * Folds for `--folds`. Scattered folds are measured against the first 200 targets.
 * @throws UserError `split.unreadable` and what the splits throw
 */
export async function parseFolds(
  text: string,
  targets: TargetSource,
  insist: boolean,
): Promise<SplitManifest> {
  const { samples } = targets;
  const [kind, detail = ''] = text.split(':');
  if (kind === 'contiguous') {
    if (!/^-?\d+$/.test(detail)) throw refuse(text);
    return contiguousFolds({ runs: [{ id: 'all', samples }], folds: Number(detail), innerFolds: 0 });
  }
  if (kind === 'blocked') {
    if (!/^\d+:\d+(:\d+)?$/.test(text.slice('blocked:'.length))) throw refuse(text);
    const [folds, block, gap = 0] = text.slice('blocked:'.length).split(':').map(Number);
    return blockedFolds({ runs: [{ id: 'all', samples }], folds, block, gap, innerFolds: 0 });
  }
  if (kind === 'runs') {
    if (!/^\d+(,\d+)*$/.test(detail)) throw refuse(text);
    const runs = detail
      .split(',')
      .map((length, index): SplitRun => ({ id: `run-${index + 1}`, samples: Number(length) }));
    const total = runs.reduce((sum, run) => sum + run.samples, 0);
    if (total !== samples) {
      throw new UserError(
        'split.run-lengths',
        `The runs have ${total} samples in all, but the data have ${samples}.`,
        { total, samples },
      );
    }
    return leaveOneRunOut({ runs, innerFolds: 0 });
  }
  const content = await readFile(text, 'utf8').catch(() => {
    throw refuse(text);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw refuse(text);
  }
  const file = fileSchema.safeParse(parsed);
  if (!file.success) throw refuse(text);
  const data = await targets.read(0, Math.min(200, targets.targets));
  return customFolds({ samples, folds: file.data.folds, data, insist });
}
