import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, categoryAxis, labelled, valueAxis } from './look.ts';
import type { LayerProfileProps, ProfileSeries } from './props.ts';

/** Scores per layer with intervals as error bars, controls dashed, noise ceiling dotted. */
export function layerProfileOption(
  props: Omit<LayerProfileProps, 'selectedLayer'>,
  layerWord: string,
  look: ChartLook,
): ChartOption {
  return {
    ...baseOption(look),
    grid: { left: 60, right: 132, top: 30, bottom: 44 },
    xAxis: { ...categoryAxis({ name: layerWord, look }, false, props.layers), boundaryGap: true },
    yAxis: valueAxis({ name: labelled(props.quantity, props.unit), look }, true),
    series: [
      ...props.series.flatMap((series, at) => [
        meanLine(series, look.series[at % look.series.length]),
        ...(series.low && series.high
          ? [intervalBars(series, series.low, series.high, look.series[at % look.series.length])]
          : []),
      ]),
      ...props.lines.map((line) => ({
        type: 'line',
        name: line.name,
        // Data across all categories, so that the axis makes room for the line.
        data: props.layers.map(() => line.value),
        showSymbol: false,
        silent: true,
        lineStyle: {
          color: line.kind === 'ceiling' ? look.ink : look.muted,
          type: line.kind === 'ceiling' ? 'dotted' : 'dashed',
          width: 1.5,
        },
        itemStyle: { color: line.kind === 'ceiling' ? look.ink : look.muted },
        endLabel: {
          show: true,
          formatter: line.name,
          color: look.ink,
          fontSize: 12,
          lineHeight: 14,
          width: 124,
          overflow: 'break',
        },
        // Names of lines that lie close move apart.
        labelLayout: { moveOverlap: 'shiftY' },
      })),
    ],
    legend: {
      top: 0,
      right: 132,
      itemWidth: 16,
      itemHeight: 8,
      textStyle: { color: look.ink, fontSize: 12 },
      data: props.series.map((series) => series.name),
    },
  };
}

function meanLine(series: ProfileSeries, color: string): Record<string, unknown> {
  return {
    type: 'line',
    name: series.name,
    data: series.mean,
    symbolSize: 6,
    emphasis: { scale: 2 },
    symbol: 'circle',
    lineStyle: { color, width: 2 },
    itemStyle: { color },
  };
}

function intervalBars(
  series: ProfileSeries,
  low: readonly number[],
  high: readonly number[],
  color: string,
): Record<string, unknown> {
  return {
    type: 'custom',
    name: series.name,
    silent: true,
    tooltip: { show: false },
    data: low.map((value, layer) => [layer, value, high[layer]]),
    encode: { x: 0, y: [1, 2] },
    itemStyle: { color },
    renderItem: (_params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const layer = api.value(0);
      const [x, bottom] = api.coord([layer, api.value(1)]);
      const top = api.coord([layer, api.value(2)])[1];
      const style = { stroke: color, lineWidth: 1.25 };
      const segment = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style,
      });
      return {
        type: 'group' as const,
        children: [
          segment(x, bottom, x, top),
          segment(x - 4, bottom, x + 4, bottom),
          segment(x - 4, top, x + 4, top),
        ],
      };
    },
  };
}
