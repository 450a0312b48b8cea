import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { FigureFrame } from '../figure/figure-frame.tsx';
import { type ChartInstance, type ChartOption, chartCanvas, chartSvg, startChart } from './engine.ts';
import { type ChartLook, chartLooks } from './look.ts';

export interface ChartFigureProps {
  readonly title: string;
  /** Read out in place of the drawing: what it shows and its main number. */
  readonly summary: string;
  /** Builds the option for a look; must keep its identity while its data do. */
  readonly option: (look: ChartLook) => ChartOption;
  readonly csv: () => string;
  readonly tools?: ReactNode;
  readonly caption?: string | undefined;
  /** Position on the category axis to point out; changing it does not build the chart anew. */
  readonly highlight?: number | undefined;
  /** Position on the category axis of a clicked item. */
  readonly onSelect?: ((index: number) => void) | undefined;
}

/** A chart in its frame: draws, follows size and theme, exports. */
export function ChartFigure({
  title,
  summary,
  option,
  csv,
  tools,
  caption,
  highlight,
  onSelect,
}: ChartFigureProps) {
  const look = chartLooks[useComputedColorScheme('dark')];
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartInstance | null>(null);
  const built = useMemo(() => option(look), [option, look]);

  useEffect(() => {
    if (!host.current) return;
    const element = host.current;
    const made = startChart(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(built, { notMerge: true });
  }, [built]);
  useEffect(() => {
    chart.current?.dispatchAction({ type: 'downplay' });
    if (highlight !== undefined) chart.current?.dispatchAction({ type: 'highlight', dataIndex: highlight });
  }, [built, highlight]);
  useEffect(() => {
    const current = chart.current;
    if (!current || !onSelect) return;
    const click = (event: { dataIndex?: number }) => {
      if (event.dataIndex !== undefined) onSelect(event.dataIndex);
    };
    current.on('click', click);
    return () => {
      current.off('click', click);
    };
  }, [onSelect]);

  const size = () => ({ width: host.current?.clientWidth || 640, height: host.current?.clientHeight || 320 });
  return (
    <FigureFrame
      title={title}
      tools={tools}
      caption={caption}
      exports={{
        png: (scale) => ({
          canvas: chartCanvas(built, size().width, size().height, scale, look.background),
          scale,
        }),
        svg: () => chartSvg(built, size().width, size().height, look.background),
        csv,
      }}
    >
      <div ref={host} role="img" aria-label={summary} style={{ position: 'absolute', inset: 0 }} />
    </FigureFrame>
  );
}
