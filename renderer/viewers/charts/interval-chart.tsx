import { useCallback } from 'react';
import { toCsv } from '../figure/csv.ts';
import { ChartFigure } from './chart-figure.tsx';
import { intervalChartOption } from './interval-chart-option.ts';
import type { ChartLook } from './look.ts';
import type { IntervalChartProps } from './props.ts';

/** Values with intervals, a method a row. */
export function IntervalChart(props: IntervalChartProps) {
  const { title, rows, quantity, unit, caption } = props;
  const option = useCallback(
    (look: ChartLook) => intervalChartOption({ rows, quantity, unit }, look),
    [rows, quantity, unit],
  );
  return (
    <ChartFigure
      title={title}
      summary={`${title}. ${rows.map(({ name, text }) => `${name}: ${text} ${unit}`).join('; ')}`}
      option={option}
      csv={() =>
        toCsv(
          ['method', unit === '' ? quantity : `${quantity} (${unit})`, 'low', 'high'],
          rows.map(({ name, value, low, high }) => [name, value, low, high]),
        )
      }
      caption={caption}
    />
  );
}
