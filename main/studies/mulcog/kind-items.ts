import { z } from 'zod';
import type { Project } from '../../data/project.ts';
import { arraySubject, type SetRecord } from './set-record.ts';

const itemsTable = z.object({ groups: z.array(z.number()), labels: z.array(z.string()) });
type ItemsTable = z.infer<typeof itemsTable>;

/** Keeps labels and groups of a kind's items with the run. */
export function keepItems(project: Project, runId: string, kind: string, items: ItemsTable): void {
  project.runs.putTable(runId, `items/${kind}`, items);
}

/** Labels and groups of a kind's items. */
export function readItems(project: Project, runId: string, kind: string): ItemsTable {
  return itemsTable.parse(project.runs.table(runId, `items/${kind}`));
}

/**
 * Share of every item in a model's score, mean over subjects, all units weighted by their columns; one series per
 * layer, then the chosen one. The mean over items is the score.
 */
export function itemShares(
  project: Project,
  runId: string,
  kind: string,
  model: string,
  records: readonly Pick<SetRecord, 'subject' | 'unitColumns'>[],
): Float64Array[] {
  let shares: Float64Array[] = [];
  for (const { subject, unitColumns } of records) {
    const id = project.runs.arrayId(runId, arraySubject(kind, subject), `contributions/${model}`);
    if (id === null) throw new Error(`run ${runId} lacks contributions of ${model} to ${kind}/${subject}`);
    const { shape, data } = project.arrays.readAs(id, 'float32');
    const [layers, units, items] = shape;
    if (shares.length === 0) shares = Array.from({ length: layers }, () => new Float64Array(items));
    const total = unitColumns.reduce((a, b) => a + b, 0) * records.length;
    for (let layer = 0; layer < layers; layer++) {
      for (let unit = 0; unit < units; unit++) {
        const weight = unitColumns[unit] / total;
        const from = (layer * units + unit) * items;
        for (let item = 0; item < items; item++) shares[layer][item] += weight * data[from + item];
      }
    }
  }
  return shares;
}
