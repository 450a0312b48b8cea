/** Colours and type of all charts, for both themes. Series colours: Okabe & Ito 2008, safe for colour-blind readers. */
export interface ChartLook {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly background: string;
  readonly series: readonly string[];
}

export const chartLooks: Readonly<Record<'light' | 'dark', ChartLook>> = {
  light: {
    ink: '#1a1d21',
    muted: '#5a636d',
    line: '#e3e6e9',
    background: '#ffffff',
    series: ['#0072b2', '#d55e00', '#009e73', '#b0559a', '#8a6d00', '#2f7fb8'],
  },
  dark: {
    ink: '#e3e6e9',
    muted: '#a4acb4',
    line: '#343a41',
    background: '#1a1d21',
    series: ['#56b4e9', '#e69f00', '#3fc79a', '#e79ac4', '#f0e442', '#8fb8ff'],
  },
};

export interface AxisWords {
  readonly name: string;
  readonly look: ChartLook;
}

/** A value axis in the house style; the name stands in the middle of the axis. */
export function valueAxis({ name, look }: AxisWords, vertical: boolean): Record<string, unknown> {
  return { type: 'value', scale: true, ...axisStyle({ name, look }, vertical) };
}

/** Axis of names for an echarts option. */
export function categoryAxis(
  { name, look }: AxisWords,
  vertical: boolean,
  data: readonly string[],
): Record<string, unknown> {
  return { type: 'category', data, ...axisStyle({ name, look }, vertical), splitLine: { show: false } };
}

function axisStyle({ name, look }: AxisWords, vertical: boolean): Record<string, unknown> {
  return {
    name,
    nameLocation: 'middle',
    nameGap: vertical ? 42 : 26,
    nameTextStyle: { color: look.ink, fontSize: 12 },
    axisLabel: { color: look.muted, fontSize: 12, hideOverlap: true },
    axisLine: { show: true, onZero: false, lineStyle: { color: look.muted } },
    axisTick: { show: true, lineStyle: { color: look.muted } },
    splitLine: { lineStyle: { color: look.line } },
  };
}

/** What every chart starts from: no motion, house font, legend on top, quiet tooltip. */
export function baseOption(look: ChartLook): Record<string, unknown> {
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: look.ink },
    color: look.series,
    grid: { left: 60, right: 18, top: 30, bottom: 44 },
    legend: {
      top: 0,
      right: 18,
      itemWidth: 16,
      itemHeight: 8,
      itemGap: 14,
      textStyle: { color: look.ink, fontSize: 12 },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: look.background,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
    },
  };
}

/** A quantity with its unit in brackets, where it has one. */
export function labelled(quantity: string, unit: string): string {
  return unit === '' || unit === quantity ? quantity : `${quantity} (${unit})`;
}
