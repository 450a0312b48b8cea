import { useCallback } from 'react';
import { formatValue } from '../colour/range.ts';
import { toCsv } from '../figure/csv.ts';
import { ChartFigure } from './chart-figure.tsx';
import { itemScatterOption } from './item-scatter-option.ts';
import type { ChartLook } from './look.ts';
import type { ItemScatterProps } from './props.ts';
import { useSame } from './use-same.ts';

/** What was predicted against what was measured, item by item. */
export function ItemScatter(props: ItemScatterProps) {
  const content = useSame(props);
  const option = useCallback((look: ChartLook) => itemScatterOption(content, look), [content]);
  const csv = () =>
    toCsv(
      ['item', props.xName, props.yName],
      props.labels.map((label, at) => [label, props.x[at], props.y[at]]),
    );
  return (
    <ChartFigure
      title={props.title}
      summary={`${props.title}. n = ${props.labels.length}, r = ${formatValue(props.r)}`}
      option={option}
      csv={csv}
      caption={props.caption}
    />
  );
}
