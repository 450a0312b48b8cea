import { colorAt } from '../colour/color-map.ts';
import { formatValue } from '../colour/range.ts';
import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, labelled } from './look.ts';
import type { SensorMapProps } from './props.ts';

const SHADES = Array.from({ length: 33 }, (_, at) => `rgb(${colorAt('RdBu_r', at / 32).join(',')})`);

/** Outline of a head from above, nose up: a circle and a nose. */
function headOutline(): [number, number][] {
  const circle = Array.from({ length: 73 }, (_, at): [number, number] => {
    const angle = Math.PI / 2 + (2 * Math.PI * at) / 72;
    return [1.06 * Math.cos(angle), 1.06 * Math.sin(angle)];
  });
  return [[-0.1, 1.055], [0, 1.18], [0.1, 1.055], ...circle.reverse()];
}

/** Sensors at their places, coloured by value; symmetric about zero. */
export function sensorMapOption(props: SensorMapProps, look: ChartLook): ChartOption {
  const limit = props.limit || 1;
  const axis = { type: 'value', show: false, min: -1.25, max: 1.25 };
  return {
    ...baseOption(look),
    legend: { show: false },
    grid: { left: 10, right: 100, top: 8, bottom: 8 },
    xAxis: axis,
    yAxis: axis,
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: look.background,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
    },
    visualMap: {
      min: -limit,
      max: limit,
      dimension: 2,
      seriesIndex: 1,
      calculable: false,
      right: 4,
      top: 'middle',
      itemHeight: 120,
      itemWidth: 12,
      text: [`${labelled(props.quantity, '')}\n${formatValue(limit)}`, formatValue(-limit)],
      textStyle: { color: look.ink, fontSize: 12 },
      inRange: { color: SHADES },
    },
    series: [
      {
        type: 'line',
        data: headOutline(),
        showSymbol: false,
        silent: true,
        lineStyle: { color: look.muted, width: 1.25 },
        tooltip: { show: false },
      },
      {
        type: 'scatter',
        symbolSize: 17,
        itemStyle: { borderColor: look.muted, borderWidth: 0.75 },
        data: props.sensors.flatMap(({ name, x, y }, at) => {
          const value = props.values[at];
          return value === null || value === undefined ? [] : [{ name, value: [x, y, value] }];
        }),
      },
    ],
  };
}
