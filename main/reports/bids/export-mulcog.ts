import { join } from 'node:path';
import { type MulcogResult, mulcogResultSchema } from '../../contract/mulcog.ts';
import type { Project } from '../../data/project.ts';
import { bidsFileName } from '../../formats/bids/entities.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import { bidsLabel, cell, withoutFolders, writeJson, writeText } from './bids-file.ts';

/** What the columns say, for the sidecar. */
const columns = {
  kind: 'Language, kind of data and level.',
  model: 'Model whose embeddings are compared with the data.',
  layer: 'Layer of the model.',
  r: 'Cross-validated Pearson correlation, mean over subjects, less the mean of shuffled embeddings.',
  low: 'Lower end of the interval of r.',
  high: 'Upper end of the interval of r.',
  p: 'One-sided p over shuffled embeddings.',
  bias: 'Mean r of shuffled embeddings, taken off r.',
  shuffled: 'What other shuffled embeddings then score; near 0.',
} as const;

/**
 * Writes the cells of every finished cognitive evaluation of models as tables of the dataset: means, and one row a subject.
 * @returns paths of the tables
 */
export async function exportMulcog(project: Project, root: string, signal: AbortSignal): Promise<string[]> {
  const written: string[] = [];
  for (const run of project.runs.list({ study: 'mulcog' })) {
    if (run.state !== 'complete') continue;
    signal.throwIfAborted();
    const result = mulcogResultSchema.parse(run.summary);
    const provenance = {
      Study: 'mulcog',
      RunId: run.id,
      Parameters: withoutFolders(result.params),
      Models: withoutFolders(result.models),
      Kinds: result.kinds.map(({ id, items, subjects, ceiling }) => ({
        id,
        items,
        subjects: subjects.map(({ subject }) => subject),
        ceiling,
      })),
      Seed: run.seed,
      CodeVersion: run.codeVersion,
      ...(result.simulated ? { Simulated: true } : {}),
    };
    const put = async (what: string, about: object, names: string[], rows: (string | number)[][]) => {
      const desc = `${bidsLabel(run.id).slice(-8)}${what}`;
      const path = join(root, 'mulcog', bidsFileName({ desc }, 'mulcog', '.tsv'));
      await writeText(path, formatTsv(names, rows));
      await writeJson(path.replace(/\.tsv$/, '.json'), { ...about, ...provenance });
      written.push(path);
    };
    await put('Cells', described(columns), Object.keys(columns), meanRows(result));
    const { kind, model, layer } = columns;
    const bySubject = { kind, model, layer, subject: 'Subject of the data.', r: 'Score of this subject.' };
    await put('Subjects', described(bySubject), Object.keys(bySubject), subjectRows(result));
  }
  return written;
}

function described(texts: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { Description: text }]));
}

function meanRows({ cells }: MulcogResult): (string | number)[][] {
  return cells.map((one) => [
    one.kind,
    nameOf(one.model),
    one.layer,
    ...[one.mean, one.low, one.high, one.p, one.bias, one.shuffled].map(cell),
  ]);
}

function subjectRows({ cells, kinds }: MulcogResult): (string | number)[][] {
  return cells.flatMap(({ kind, model, layer, subjects }) => {
    const names = kinds.find(({ id }) => id === kind)?.subjects ?? [];
    return subjects.map((score, at) => [
      kind,
      nameOf(model),
      layer,
      names[at]?.subject ?? String(at + 1),
      cell(score),
    ]);
  });
}

/** A model's id without the folder that it lies in. */
function nameOf(model: string): string {
  return String(withoutFolders(model));
}
