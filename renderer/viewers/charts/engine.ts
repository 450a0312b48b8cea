import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as core from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

core.use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  LabelLayout,
  CanvasRenderer,
  SVGRenderer,
]);

export type ChartOption = core.EChartsCoreOption;
export type ChartInstance = core.ECharts;

/** A chart in an element, drawn to canvas. */
export function startChart(element: HTMLElement): ChartInstance {
  return core.init(element, null, { renderer: 'canvas' });
}

/** The chart as a canvas of its own, `scale` pixels per CSS pixel. */
export function chartCanvas(
  option: ChartOption,
  width: number,
  height: number,
  scale: number,
  background: string,
): HTMLCanvasElement {
  const host = document.createElement('div');
  const chart = core.init(host, null, { renderer: 'canvas', width, height, devicePixelRatio: scale });
  chart.setOption({ ...option, animation: false });
  const canvas = chart.renderToCanvas({ pixelRatio: scale, backgroundColor: background });
  chart.dispose();
  return canvas;
}

/** The chart as SVG text. */
export function chartSvg(option: ChartOption, width: number, height: number, background: string): string {
  const chart = core.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ ...option, animation: false, backgroundColor: background });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}
