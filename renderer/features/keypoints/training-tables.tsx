import { useTranslation } from 'react-i18next';
import {
  ablationVerdict,
  type PressureKeypointsResult,
  type WarmStart,
} from '../../../main/contract/pressure-keypoints.ts';
import { formatNumber } from '../../components/format.ts';
import { nameOf } from './names.ts';
import { TableFigure } from './table-figure.tsx';

/** What each loss and each stage is good for. */
export function TrainingTables({ result }: { result: PressureKeypointsResult }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, digits = 2) => formatNumber(value, i18n.language, digits);
  const { ablations, warmStart, params } = result;
  type Row = (typeof ablations)[number];
  const column = (key: keyof Row & string, digits: number, factor = 1, sign = '') => ({
    key,
    label: t(`keypoints:ablations.${key}`),
    text: (row: Row) => `${number(factor * Number(row[key]), digits)}${sign}`,
    value: (row: Row) => Number(row[key]),
  });
  return (
    <>
      {ablations.length > 0 && (
        <TableFigure
          title={t('keypoints:ablations.title')}
          note={t('keypoints:ablations.note', {
            steps: params.ablationSteps,
            count: ablations[0]?.seedsCm.length ?? 1,
          })}
          testId="ablations-table"
          rows={ablations}
          rowKey={({ variant }) => variant}
          columns={[
            {
              key: 'variant',
              label: t('keypoints:ablations.variant'),
              text: ({ variant }) => nameOf(variant, t),
            },
            column('jointsCm', 2),
            {
              key: 'seeds',
              label: t('keypoints:ablations.seeds'),
              text: ({ seedsCm }) => seedsCm.map((value) => number(value)).join(' · '),
            },
            {
              key: 'verdict',
              label: t('keypoints:ablations.verdict'),
              text: (row) =>
                row === ablations[0]
                  ? '–'
                  : t(`keypoints:ablations.verdicts.${ablationVerdict(row, ablations[0])}`),
            },
            column('pck', 1, 100, ' %'),
            column('l1', 4),
            column('ssim', 3),
            column('equivariance', 2),
            column('repeatability', 2),
            column('keepsPlace', 1, 100, ' %'),
          ]}
        />
      )}
      {warmStart.length > 0 && (
        <TableFigure
          title={t('keypoints:warmStart.title')}
          note={t('keypoints:warmStart.note')}
          testId="warm-start-table"
          rows={warmStart}
          rowKey={({ seed, initialisation }) => `${initialisation} ${seed}`}
          columns={[
            {
              key: 'seed',
              label: t('keypoints:warmStart.seed'),
              text: ({ seed }) => String(seed),
              value: ({ seed }) => seed,
            },
            {
              key: 'initialisation',
              label: t('keypoints:warmStart.initialisation'),
              text: ({ initialisation }) => t(`keypoints:warmStart.initialisations.${initialisation}`),
            },
            {
              key: 'loss',
              label: t('keypoints:warmStart.loss'),
              text: ({ directLoss }) => number(directLoss, 4),
              value: ({ directLoss }) => directLoss,
            },
            {
              key: 'direct',
              label: t('keypoints:warmStart.direct'),
              text: ({ directReached, directSteps }) => number(directReached ?? directSteps, 0),
              value: ({ directReached, directSteps }) => directReached ?? directSteps,
            },
            {
              key: 'staged',
              label: t('keypoints:warmStart.staged'),
              text: ({ regressionSteps }) => number(regressionSteps, 0),
              value: ({ regressionSteps }) => regressionSteps,
            },
            {
              key: 'first',
              label: t('keypoints:warmStart.first'),
              text: ({ classificationSteps }) => number(classificationSteps, 0),
              value: ({ classificationSteps }) => classificationSteps,
            },
            {
              key: 'both',
              label: t('keypoints:warmStart.both'),
              text: (run) => number(stepsOfBoth(run), 0),
              value: stepsOfBoth,
            },
          ]}
        />
      )}
    </>
  );
}

/** Steps of both stages until the direct run's last loss; null where it was not reached. */
function stepsOfBoth({ classificationSteps, regressionSteps }: WarmStart): number | null {
  return regressionSteps === null ? null : classificationSteps + regressionSteps;
}
