import type { ItemSet } from '../../contract/item-sets.ts';
import type { Project } from '../../data/project.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import type { OpenSet, SetModelResult } from './analyse-set.ts';

/** What stays of a set between chunks; its matrices are arrays of the run. */
export interface SetRecord {
  readonly kind: string;
  readonly setId: string;
  readonly subject: string;
  readonly excludedColumns: number;
  readonly columns: number;
  /** Kept columns of every unit. */
  readonly unitColumns: readonly number[];
  readonly models: readonly Omit<SetModelResult, 'contributions' | 'predicted' | 'columns'>[];
}

/** Under which subject the run keeps a set's arrays. */
export const arraySubject = (kind: string, subject: string): string => `${kind}/${subject}`;

/** Stores a set's matrices as arrays of the run; call inside the transaction that commits the record. */
export function keepSet(
  project: Project,
  runId: string,
  kind: string,
  open: OpenSet,
  results: readonly SetModelResult[],
): SetRecord {
  const { set, measured } = open;
  const subject = arraySubject(kind, set.subject);
  const put = (
    role: string,
    { rows, data }: Matrix,
    inner: readonly number[],
    axes: readonly string[],
  ): void => {
    const shape = role === 'measured' ? [...inner] : [rows, ...inner];
    const info = project.arrays.put(
      {
        name: `${set.name} ${role}`,
        shape,
        dtype: 'float32',
        unit: role.startsWith('columns') ? 'r' : 'z',
        axes: axes.map((name) => ({ name })),
        attributes: set.simulated ? { simulated: true } : {},
      },
      data,
    );
    project.runs.putArray({ runId, subject, role, arrayId: info.id });
  };
  const inner = [set.units.length, open.items.rows.length];
  put('measured', measured, inner, ['unit', 'item']);
  for (const { model, contributions, predicted, columns } of results) {
    put(`contributions/${model}`, contributions, inner, ['layer', 'unit', 'item']);
    put(`predicted/${model}`, predicted, inner, ['layer', 'unit', 'item']);
    put(`columns/${model}`, columns, [columns.cols], ['layer', 'column']);
  }
  return recordOf(kind, set, open, results);
}

function recordOf(kind: string, set: ItemSet, open: OpenSet, results: readonly SetModelResult[]): SetRecord {
  return {
    kind,
    setId: set.id,
    subject: set.subject,
    excludedColumns: open.excludedColumns,
    columns: open.unitOf.length,
    unitColumns: set.units.map((_, unit) => open.unitOf.filter((one) => one === unit).length),
    models: results.map(({ contributions: _c, predicted: _p, columns: _k, ...rest }) => rest),
  };
}
