import { colorAt } from '../colour/color-map.ts';
import { formatValue } from '../colour/range.ts';
import type { ChartOption } from './engine.ts';
import { baseOption, type ChartLook, categoryAxis, labelled } from './look.ts';
import type { HeatTableProps } from './props.ts';

/** Range of the colours: symmetric about zero, or least to greatest. */
export function heatRange(values: Float32Array, symmetric: boolean): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const limit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return symmetric ? [-limit, limit] : [low, high];
}

/** A table of numbers as coloured cells with the numbers in them; the first row on top. */
export function heatTableOption(props: HeatTableProps, look: ChartLook): ChartOption {
  const symmetric = props.symmetric ?? true;
  const [low, high] = heatRange(props.values, symmetric);
  const map = symmetric ? 'RdBu_r' : 'viridis';
  const shades = Array.from({ length: 33 }, (_, at) => `rgb(${colorAt(map, at / 32).join(',')})`);
  const { selected } = props;
  const cells = Array.from(props.values, (value, at) => ({
    value: [
      at % props.columns.length,
      Math.floor(at / props.columns.length),
      Number.isFinite(value) ? value : '-',
    ],
  }));
  const chosen = selected && cells[selected.row * props.columns.length + selected.column];
  // The same decimals in every cell, so that numbers can be compared down a column.
  const decimals = Math.min(
    6,
    Math.max(0, 1 - Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))))),
  );
  const label = {
    show: cells.length <= 400,
    fontSize: 12,
    formatter: ({ value }: { value: readonly (number | string)[] }) =>
      typeof value[2] === 'number' ? fixed(value[2], decimals) : '',
  };
  // Names that would not stand side by side are written at a slant, so that none is left out.
  const slanted = props.columns.reduce((sum, name) => sum + name.length, 0) > 90;
  const axis = categoryAxis({ name: '', look }, false, props.columns);
  return {
    ...baseOption(look),
    legend: { show: false },
    grid: { left: 110, right: 90, top: 12, bottom: slanted ? 92 : 44 },
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: look.background,
      textStyle: { color: look.ink, fontSize: 12 },
    },
    xAxis: slanted ? slantedAxis(axis) : axis,
    yAxis: { ...categoryAxis({ name: '', look }, true, props.rows), inverse: true },
    visualMap: {
      min: low,
      max: high,
      calculable: false,
      right: 4,
      top: 'middle',
      itemHeight: 140,
      itemWidth: 12,
      text: [`${labelled(props.quantity, props.unit)}\n${formatValue(high)}`, formatValue(low)],
      textStyle: { color: look.ink, fontSize: 12 },
      inRange: { color: shades },
    },
    series: [
      { type: 'heatmap', data: cells, label, itemStyle: { borderColor: look.background, borderWidth: 1 } },
      // Drawn last, so that no neighbour covers its border.
      {
        type: 'heatmap',
        data: chosen === undefined ? [] : [chosen],
        label,
        silent: true,
        z: 3,
        itemStyle: { borderColor: look.series[0], borderWidth: 3 },
      },
    ],
  };
}

/** A number with so many decimals, a true minus sign and no negative zero. */
function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '\u2212');
}

/** The same axis with every name, slanted. */
function slantedAxis(axis: Record<string, unknown>): Record<string, unknown> {
  const label = typeof axis.axisLabel === 'object' ? axis.axisLabel : {};
  return { ...axis, axisLabel: { ...label, interval: 0, rotate: 28, hideOverlap: false } };
}
