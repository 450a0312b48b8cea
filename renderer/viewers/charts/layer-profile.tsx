import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { formatValue } from '../colour/range.ts';
import { toCsv } from '../figure/csv.ts';
import { ChartFigure } from './chart-figure.tsx';
import { layerProfileOption } from './layer-profile-option.ts';
import type { ChartLook } from './look.ts';
import type { LayerProfileProps } from './props.ts';
import { useSame } from './use-same.ts';

/** Score per layer with intervals, control models and the noise ceiling. */
export function LayerProfile(props: LayerProfileProps) {
  const { t } = useTranslation('viewers');
  const {
    title,
    layers,
    series,
    lines,
    quantity,
    unit,
    intervalName,
    selectedLayer,
    onSelectLayer,
    caption,
  } = props;
  const content = useSame({ title, layers, series, lines, quantity, unit, intervalName });
  const option = useCallback(
    (look: ChartLook) => layerProfileOption(content, t('charts.layer'), look),
    [content, t],
  );
  const csv = () =>
    toCsv(
      ['series', 'layer', quantity, 'low', 'high'],
      [
        ...series.flatMap((one) =>
          layers.map((layer, at) => [
            one.name,
            layer,
            one.mean[at],
            one.low?.[at] ?? Number.NaN,
            one.high?.[at] ?? Number.NaN,
          ]),
        ),
        ...lines.map((line) => [line.name, line.kind, line.value, Number.NaN, Number.NaN]),
      ],
    );
  const best = series.map((one) => {
    const at = one.mean.indexOf(Math.max(...one.mean));
    return `${one.name}: ${layers[at] ?? ''} ${formatValue(one.mean[at])}`;
  });
  const note = [intervalName, caption].filter(Boolean).join(' · ');
  return (
    <ChartFigure
      title={title}
      summary={`${title}. ${best.join('; ')}`}
      option={option}
      csv={csv}
      caption={note}
      highlight={selectedLayer}
      onSelect={onSelectLayer}
    />
  );
}
