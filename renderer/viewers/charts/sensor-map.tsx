import { useCallback } from 'react';
import { toCsv } from '../figure/csv.ts';
import { ChartFigure } from './chart-figure.tsx';
import type { ChartLook } from './look.ts';
import type { SensorMapProps } from './props.ts';
import { sensorMapOption } from './sensor-map-option.ts';
import { useSame } from './use-same.ts';

/** Values of sensors on a head seen from above. */
export function SensorMap(props: SensorMapProps) {
  const content = useSame(props);
  const option = useCallback((look: ChartLook) => sensorMapOption(content, look), [content]);
  const csv = () =>
    toCsv(
      ['sensor', 'x', 'y', props.quantity],
      props.sensors.map(({ name, x, y }, at) => [name, x, y, props.values[at] ?? Number.NaN]),
    );
  return (
    <ChartFigure
      title={props.title}
      summary={`${props.title}. ${props.sensors.length}, ${props.quantity}`}
      option={option}
      csv={csv}
      caption={props.caption}
    />
  );
}
