import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { formatValue } from '../colour/range.ts';
import { float32Text, toCsv } from '../figure/csv.ts';
import { pearson } from '../maths/statistics.ts';
import { ChartFigure } from './chart-figure.tsx';
import type { ChartLook } from './look.ts';
import type { TimeCourseProps } from './props.ts';
import { timeCourseOption } from './time-course-option.ts';

/** Measured against predicted time course of the chosen voxel, with their correlation. */
export function TimeCourse(props: TimeCourseProps) {
  const { t } = useTranslation('viewers');
  const { title, samplingInterval, measured, predicted, runStarts, unit, caption } = props;
  const option = useCallback(
    (look: ChartLook) =>
      timeCourseOption(
        { title, samplingInterval, measured, predicted, runStarts, unit },
        {
          time: t('charts.time'),
          signal: t('charts.signal'),
          measured: t('charts.measured'),
          predicted: t('charts.predicted'),
        },
        look,
      ),
    [title, samplingInterval, measured, predicted, runStarts, unit, t],
  );
  const score = predicted ? `r = ${formatValue(pearson(measured, predicted))}` : '';
  const csv = () =>
    toCsv(
      ['time_s', 'measured', ...(predicted ? ['predicted'] : [])],
      Array.from(measured, (value, sample) => [
        Number((sample * samplingInterval).toFixed(4)),
        float32Text(value),
        ...(predicted ? [float32Text(predicted[sample])] : []),
      ]),
    );
  return (
    <ChartFigure
      title={title}
      summary={`${title}. ${score}`}
      option={option}
      csv={csv}
      caption={caption}
      tools={<output>{score}</output>}
    />
  );
}
