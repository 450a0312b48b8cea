import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, labelled, valueAxis } from './look.ts';
import type { TimeCourseProps } from './props.ts';

export interface TimeCourseWords {
  readonly time: string;
  readonly signal: string;
  readonly measured: string;
  readonly predicted: string;
}

/** Measured and predicted course of a voxel over seconds. */
export function timeCourseOption(
  props: TimeCourseProps,
  words: TimeCourseWords,
  look: ChartLook,
): ChartOption {
  const points = (values: Float32Array) =>
    Array.from(values, (value, sample) => [Number((sample * props.samplingInterval).toFixed(4)), value]);
  const series = (name: string, values: Float32Array, color: string, width: number) => ({
    type: 'line',
    name,
    data: points(values),
    showSymbol: false,
    lineStyle: { color, width },
    itemStyle: { color },
  });
  return {
    ...baseOption(look),
    xAxis: {
      ...valueAxis({ name: `${words.time} (s)`, look }, false),
      max: 'dataMax',
      axisLabel: { color: look.muted, fontSize: 12, showMaxLabel: false },
    },
    yAxis: valueAxis({ name: labelled(words.signal, props.unit), look }, true),
    series: [
      { ...series(words.measured, props.measured, look.muted, 1.25), ...runMarks(props, look) },
      ...(props.predicted ? [series(words.predicted, props.predicted, look.series[1], 1.75)] : []),
    ],
  };
}

function runMarks(props: TimeCourseProps, look: ChartLook): Record<string, unknown> {
  if (!props.runStarts || props.runStarts.length === 0) return {};
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: look.muted, type: 'solid', width: 1 },
      label: {
        color: look.muted,
        fontSize: 12,
        position: 'insideEndTop',
        rotate: 0,
        align: 'left',
        formatter: '{b}',
      },
      data: props.runStarts.map(({ sample, label }) => ({
        xAxis: sample * props.samplingInterval,
        name: label,
      })),
    },
  };
}
