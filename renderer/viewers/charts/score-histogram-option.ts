import { formatValue } from '../colour/range.ts';
import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, labelled, valueAxis } from './look.ts';
import type { HistogramBins, ScoreHistogramProps } from './props.ts';

export interface HistogramWords {
  readonly observed: string;
  readonly null: string;
  readonly count: string;
  readonly threshold: string;
}

export interface HistogramRow {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Bins as rows, counts multiplied by `scale`. */
export function histogramRows(bins: HistogramBins, scale = 1): HistogramRow[] {
  return Array.from(bins.counts, (count, bin) => ({
    low: bins.edges[bin],
    high: bins.edges[bin + 1],
    count: count * scale,
  }));
}

/** Factor that gives the null histogram the observed one's area (Σ count · width). */
export function nullScale(observed: HistogramBins, control: HistogramBins): number {
  const area = (bins: HistogramBins) =>
    histogramRows(bins).reduce((sum, row) => sum + row.count * (row.high - row.low), 0);
  const under = area(control);
  return under > 0 ? area(observed) / under : 0;
}

/** Observed scores as bars, the null as a line over them, the threshold as a dashed vertical. */
export function scoreHistogramOption(
  props: ScoreHistogramProps,
  words: HistogramWords,
  look: ChartLook,
): ChartOption {
  const rows = histogramRows(props.observed);
  const expected = props.null ? histogramRows(props.null, nullScale(props.observed, props.null)) : [];
  const all = [...rows, ...expected];
  const middle = (row: HistogramRow) => Number(((row.low + row.high) / 2).toPrecision(6));
  return {
    ...baseOption(look),
    xAxis: {
      ...valueAxis({ name: labelled(props.quantity, props.unit), look }, false),
      min: Math.min(...all.map((row) => row.low)),
      max: Math.max(...all.map((row) => row.high)),
      axisLabel: {
        color: look.muted,
        fontSize: 12,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => formatValue(value),
      },
      splitLine: { show: false },
    },
    yAxis: { ...valueAxis({ name: words.count, look }, true), min: 0 },
    series: [
      {
        type: 'bar',
        name: words.observed,
        barWidth: '96%',
        itemStyle: { color: look.series[0] },
        data: rows.map((row) => [middle(row), row.count]),
        ...(props.threshold === undefined
          ? {}
          : {
              markLine: {
                silent: true,
                symbol: 'none',
                lineStyle: { color: look.ink, type: 'dashed', width: 1.25 },
                label: { formatter: words.threshold, color: look.ink, fontSize: 12 },
                data: [{ xAxis: props.threshold }],
              },
            }),
      },
      ...(props.null
        ? [
            {
              type: 'line',
              name: words.null,
              showSymbol: false,
              step: 'middle',
              lineStyle: { color: look.series[1], width: 2 },
              itemStyle: { color: look.series[1] },
              data: expected.map((row) => [middle(row), Number(row.count.toFixed(2))]),
            },
          ]
        : []),
    ],
  };
}
