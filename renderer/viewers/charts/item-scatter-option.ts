import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, valueAxis } from './look.ts';
import type { ItemScatterProps } from './props.ts';

/** One point an item, its name under the pointer; both axes in z. */
export function itemScatterOption(props: ItemScatterProps, look: ChartLook): ChartOption {
  return {
    ...baseOption(look),
    legend: { show: false },
    grid: { left: 60, right: 18, top: 12, bottom: 44 },
    xAxis: valueAxis({ name: props.xName, look }, false),
    yAxis: valueAxis({ name: props.yName, look }, true),
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: look.background,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
      formatter: ({ dataIndex }: { dataIndex: number }) => escaped(props.labels[dataIndex] ?? ''),
    },
    series: [
      {
        type: 'scatter',
        symbolSize: 5,
        itemStyle: { color: look.series[0], opacity: 0.6 },
        data: props.x.map((value, at) => [value, props.y[at]]),
      },
    ],
  };
}

/** Words of a text may hold what HTML would read as its own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
