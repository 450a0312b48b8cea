import { useCallback, useMemo } from 'react';
import { float32Text, toCsv } from '../figure/csv.ts';
import { ChartFigure } from './chart-figure.tsx';
import { heatTableOption } from './heat-table-option.ts';
import type { ChartLook } from './look.ts';
import type { HeatTableProps } from './props.ts';

/** Rows × columns of numbers as colours: similarity matrices, scores per region and layer. */
export function HeatTable(props: HeatTableProps) {
  const { title, rows, columns, values, quantity, unit, symmetric, caption, selected, onSelectCell } = props;
  const option = useCallback(
    (look: ChartLook) =>
      heatTableOption({ title, rows, columns, values, quantity, unit, symmetric, selected }, look),
    [title, rows, columns, values, quantity, unit, symmetric, selected],
  );
  const width = columns.length;
  const select = useMemo(
    () =>
      onSelectCell &&
      ((index: number) => onSelectCell({ row: Math.floor(index / width), column: index % width })),
    [onSelectCell, width],
  );
  const csv = () =>
    toCsv(
      ['', ...columns],
      rows.map((row, at) => [
        row,
        ...columns.map((_, column) => float32Text(values[at * columns.length + column])),
      ]),
    );
  return (
    <ChartFigure
      title={title}
      summary={`${title}. ${rows.length} × ${columns.length}, ${quantity}`}
      option={option}
      csv={csv}
      caption={caption}
      onSelect={select}
    />
  );
}
