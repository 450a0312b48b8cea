import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, categoryAxis, labelled, valueAxis } from './look.ts';
import type { IntervalChartProps } from './props.ts';

/** One value with its interval a row, the first row on top; the method in question in colour, what it is held against in grey. */
export function intervalChartOption(
  { rows, quantity, unit }: Pick<IntervalChartProps, 'rows' | 'quantity' | 'unit'>,
  look: ChartLook,
): ChartOption {
  const colourOf = (own: boolean) => (own ? look.series[0] : look.muted);
  return {
    ...baseOption(look),
    tooltip: { show: false },
    grid: { left: 250, right: 70, top: 10, bottom: 44 },
    xAxis: { ...valueAxis({ name: labelled(quantity, unit), look }, false), min: 0 },
    yAxis: {
      ...categoryAxis(
        { name: '', look },
        true,
        rows.map(({ name }) => name),
      ),
      inverse: true,
      axisLabel: { color: look.ink, fontSize: 12, width: 235, overflow: 'truncate' },
    },
    series: [
      {
        type: 'custom',
        silent: true,
        data: rows.map(({ low, high }, at) => [low, at, high]),
        encode: { x: [0, 2], y: 1 },
        renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
          const at = api.value(1);
          const [left, y] = api.coord([api.value(0), at]);
          const [right] = api.coord([api.value(2), at]);
          const style = { stroke: colourOf(rows[params.dataIndex]?.own ?? false), lineWidth: 2 };
          const segment = (x1: number, y1: number, x2: number, y2: number) => ({
            type: 'line' as const,
            shape: { x1, y1, x2, y2 },
            style,
          });
          return {
            type: 'group' as const,
            children: [
              segment(left, y, right, y),
              segment(left, y - 4, left, y + 4),
              segment(right, y - 4, right, y + 4),
            ],
          };
        },
      },
      {
        type: 'scatter',
        silent: true,
        symbolSize: 10,
        data: rows.map(({ value, own }, at) => ({ value: [value, at], itemStyle: { color: colourOf(own) } })),
        label: {
          show: true,
          position: 'top',
          color: look.ink,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => rows[dataIndex]?.text ?? '',
        },
      },
    ],
  };
}
