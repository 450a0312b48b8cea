import { memo, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { formatValue } from '../colour/range.ts';
import { toCsv } from '../figure/csv.ts';
import { ChartFigure } from './chart-figure.tsx';
import type { ChartLook } from './look.ts';
import type { HistogramBins, ScoreHistogramProps } from './props.ts';
import { histogramRows, scoreHistogramOption } from './score-histogram-option.ts';

/** Distribution of scores over voxels with the null distribution over it. */
export const ScoreHistogram = memo(function ScoreHistogram(props: ScoreHistogramProps) {
  const { t } = useTranslation('viewers');
  const { title, observed, null: control, threshold, quantity, unit, caption } = props;
  const option = useCallback(
    (look: ChartLook) =>
      scoreHistogramOption(
        { title, observed, null: control, threshold, quantity, unit },
        {
          observed: t('charts.observed'),
          null: t('charts.null'),
          count: t('charts.voxels'),
          threshold: threshold === undefined ? '' : t('charts.threshold', { value: formatValue(threshold) }),
        },
        look,
      ),
    [title, observed, control, threshold, quantity, unit, t],
  );
  const rows = (name: string, bins: HistogramBins) =>
    histogramRows(bins).map((row) => [name, row.low, row.high, row.count]);
  const csv = () =>
    toCsv(
      ['sample', 'low', 'high', 'count'],
      [...rows('observed', observed), ...(control ? rows('null', control) : [])],
    );
  const total = histogramRows(observed).reduce((sum, row) => sum + row.count, 0);
  return (
    <ChartFigure
      title={title}
      summary={`${title}. n = ${total}`}
      option={option}
      csv={csv}
      caption={caption}
    />
  );
});
