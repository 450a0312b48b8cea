import { pearson } from '../../analysis/metrics.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { mulcogResultOf } from './compare-runs.ts';
import { readItems } from './kind-items.ts';
import { arraySubject } from './set-record.ts';

/** A cell of the heat map, one of its units, and whose data: one subject's, or the mean of all. */
export interface CellQuery {
  readonly runId: string;
  readonly kind: string;
  readonly model: string;
  /** Name of a layer, or "chosen". */
  readonly layer: string;
  readonly unit: number;
  /** Null for the mean over subjects. */
  readonly subject: string | null;
}

/** Item by item what was measured and predicted. */
export interface CellItems {
  readonly labels: string[];
  readonly measured: number[];
  readonly predicted: number[];
  /** r of the two lists. They are means over the unit's columns: columns that respond alike add up, others cancel. */
  readonly r: number;
}

function positionOf(project: Project, { runId, kind, model, layer, unit }: CellQuery) {
  const result = mulcogResultOf(project, runId);
  const found = result.kinds.find(({ id }) => id === kind);
  const layers = result.models.find(({ id }) => id === model)?.layers ?? [];
  const row = layer === 'chosen' ? layers.length : layers.indexOf(layer);
  if (found === undefined || row < 0 || found.units[unit] === undefined) {
    throw new UserError('mulcog.no-cell', `Run ${runId} has no cell ${kind}, ${model} ${layer}.`, {
      run: runId,
      kind,
      model,
      layer,
    });
  }
  return { result, kind: found, row };
}

function arrayOf(project: Project, runId: string, kind: string, subject: string, role: string): string {
  const id = project.runs.arrayId(runId, arraySubject(kind, subject), role);
  if (id === null) {
    throw new UserError('mulcog.no-cell', `Run ${runId} has no ${role} of ${kind}, ${subject}.`, {
      run: runId,
      kind,
      model: role,
      layer: subject,
    });
  }
  return id;
}

/** @throws UserError `mulcog.no-cell`, `mulcog.not-a-run`, `run.unknown` */
export function cellItems(project: Project, query: CellQuery): CellItems {
  const { kind, row } = positionOf(project, query);
  const { labels } = readItems(project, query.runId, kind.id);
  const subjects = kind.subjects
    .map(({ subject }) => subject)
    .filter((subject) => query.subject === null || subject === query.subject);
  const measured = new Float64Array(labels.length);
  const predicted = new Float64Array(labels.length);
  const one = { start: query.unit, stop: query.unit + 1 };
  for (const subject of subjects) {
    const data = project.arrays.readAs(
      arrayOf(project, query.runId, kind.id, subject, 'measured'),
      'float32',
      [one, null],
    ).data;
    const guess = project.arrays.readAs(
      arrayOf(project, query.runId, kind.id, subject, `predicted/${query.model}`),
      'float32',
      [{ start: row, stop: row + 1 }, one, null],
    ).data;
    for (let item = 0; item < labels.length; item++) {
      measured[item] += data[item] / subjects.length;
      predicted[item] += guess[item] / subjects.length;
    }
  }
  return {
    labels,
    measured: [...measured],
    predicted: [...predicted],
    r: pearson(predicted, measured),
  };
}

/**
 * Mean over subjects of every column's r in one unit of a cell: the sensors of a time window, a region's voxels.
 * Columns left out in every subject are NaN (null in JSON).
 * @throws UserError `mulcog.no-cell`, `mulcog.not-a-run`, `run.unknown`
 */
export function cellColumns(project: Project, query: CellQuery): (number | null)[] {
  const { kind, row } = positionOf(project, query);
  const from = kind.units.slice(0, query.unit).reduce((sum, { columns }) => sum + columns, 0);
  const count = kind.units[query.unit].columns;
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  for (const { subject } of kind.subjects) {
    if (query.subject !== null && subject !== query.subject) continue;
    const id = arrayOf(project, query.runId, kind.id, subject, `columns/${query.model}`);
    const { data } = project.arrays.readAs(id, 'float32', [
      { start: row, stop: row + 1 },
      { start: from, stop: from + count },
    ]);
    data.forEach((value, column) => {
      if (Number.isNaN(value)) return;
      sums[column] += value;
      counts[column] += 1;
    });
  }
  return Array.from(sums, (sum, column) => (counts[column] === 0 ? null : sum / counts[column]));
}
