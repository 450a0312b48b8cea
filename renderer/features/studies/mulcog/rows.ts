import type { MulcogCell, MulcogKind, MulcogResult } from '../../../../main/contract/mulcog.ts';

/** A row of the heat map. */
export interface HeatRow {
  readonly model: string;
  readonly layer: string;
}

/** Rows of the heat map: every layer of every model, controls last. */
export function heatRows({ models }: Pick<MulcogResult, 'models'>): HeatRow[] {
  return models.flatMap(({ id, layers }) => layers.map((layer) => ({ model: id, layer })));
}

/** The cell of a row and kind; undefined where a model does not apply (counts of single words). */
export function cellAt(
  { cells }: Pick<MulcogResult, 'cells'>,
  kind: string,
  { model, layer }: HeatRow,
): MulcogCell | undefined {
  return cells.find((cell) => cell.kind === kind && cell.model === model && cell.layer === layer);
}

/** Row-major values of rows × kinds; NaN where there is no cell. */
export function heatValues(
  result: MulcogResult,
  rows: readonly HeatRow[],
  kinds: readonly MulcogKind[],
): Float32Array {
  return Float32Array.from(
    rows.flatMap((row) => kinds.map((kind) => cellAt(result, kind.id, row)?.mean ?? Number.NaN)),
  );
}
