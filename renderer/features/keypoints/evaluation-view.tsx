import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  JointScore,
  PostureScore,
  PressureKeypointsResult,
} from '../../../main/contract/pressure-keypoints.ts';
import { formatNumber } from '../../components/format.ts';
import { IntervalChart } from '../../viewers/charts/interval-chart.tsx';
import type { IntervalRow } from '../../viewers/charts/props.ts';
import { FailureGallery } from './failure-gallery.tsx';
import classes from './keypoints.module.css';
import { Marks } from './marks.tsx';
import { nameOf } from './names.ts';
import { PeopleOut } from './people-out.tsx';
import { Stability } from './stability-tiles.tsx';
import { TableFigure } from './table-figure.tsx';
import { TrainingTables } from './training-tables.tsx';

const ROW = 34;
const CHROME = 130;

/** Everything that a run of the keypoint study found. */
export function EvaluationView({ result }: { result: PressureKeypointsResult }) {
  const { t } = useTranslation();
  const { pmd } = result;
  return (
    <div data-testid="keypoint-evaluation">
      <Marks marks={result.marks} />
      <div className={classes.pair}>
        <JointsFigure title={t('keypoints:joints.title')} scores={result.joints} />
        <JointsFigure title={t('keypoints:transfer.title')} scores={result.transfer} />
      </div>
      <JointsTable result={result} />
      <Stability title={t('keypoints:stability.title')} stability={result.stability} work={result.work} />
      <Drawings result={result} />
      <div className={classes.pair}>
        <PosturesFigure
          title={t('keypoints:postures.title')}
          caption={t('keypoints:postures.note')}
          scores={result.postures}
        />
        {pmd !== null && (
          <PosturesFigure
            title={t('keypoints:postures.pmdTitle')}
            caption={t('keypoints:postures.pmdNote', {
              subjects: pmd.subjects,
              recordings: pmd.recordings,
              frames: pmd.frames,
              corrupt: pmd.corruptFrames,
              hot: pmd.hotCells,
              seconds: Math.round(pmd.trainingSeconds),
            })}
            scores={pmd.postures}
          />
        )}
      </div>
      {pmd !== null && pmd.subjectOut.length > 0 && <PeopleOut pmd={pmd} />}
      {pmd !== null && <Stability title={t('keypoints:stability.pmdTitle')} stability={pmd.stability} />}
      <TrainingTables result={result} />
      <FailureGallery failures={result.failures} />
    </div>
  );
}

function JointsFigure({ title, scores }: { title: string; scores: readonly JointScore[] }) {
  const { t, i18n } = useTranslation();
  const rows = useMemo(
    () =>
      scores.map(
        ({ method, meanCm, low, high }, at): IntervalRow => ({
          name: nameOf(method, t),
          value: meanCm,
          low,
          high,
          text: formatNumber(meanCm, i18n.language, 2),
          own: at === 0,
        }),
      ),
    [scores, t, i18n.language],
  );
  return (
    <div className={classes.figure} style={{ height: CHROME + ROW * rows.length }}>
      <IntervalChart
        title={title}
        rows={rows}
        quantity={t('keypoints:joints.error')}
        unit="cm"
        caption={`${t('keypoints:joints.caption')} ${t('common:simulatedCaption')}`}
      />
    </div>
  );
}

function JointsTable({ result }: { result: PressureKeypointsResult }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, digits = 2) => formatNumber(value, i18n.language, digits);
  const rows = [
    ...result.joints.map((score) => ({ score, mat: t('keypoints:joints.sameMat') })),
    ...result.transfer.map((score) => ({ score, mat: t('keypoints:joints.otherMat') })),
  ];
  return (
    <TableFigure
      title={t('keypoints:joints.table')}
      note={t('keypoints:joints.note')}
      testId="joints-table"
      rows={rows}
      rowKey={({ score, mat }) => `${mat} ${score.method}`}
      columns={[
        { key: 'method', label: t('keypoints:method'), text: ({ score }) => nameOf(score.method, t) },
        { key: 'mat', label: t('keypoints:joints.mat'), text: ({ mat }) => mat },
        {
          key: 'cm',
          label: t('keypoints:joints.meanCm'),
          text: ({ score }) => number(score.meanCm),
          value: ({ score }) => score.meanCm,
        },
        {
          key: 'low',
          label: t('keypoints:low'),
          text: ({ score }) => number(score.low),
          value: ({ score }) => score.low,
        },
        {
          key: 'high',
          label: t('keypoints:high'),
          text: ({ score }) => number(score.high),
          value: ({ score }) => score.high,
        },
        {
          key: 'pck',
          label: t('keypoints:joints.pck'),
          text: ({ score }) => `${number(100 * score.pck, 1)} %`,
          value: ({ score }) => score.pck,
        },
        {
          key: 'penalty',
          label: t('keypoints:joints.penalty'),
          text: ({ score }) => (score.penalty === null ? '–' : score.penalty.toPrecision(2)),
          value: ({ score }) => score.penalty,
        },
      ]}
    />
  );
}

function Drawings({ result }: { result: PressureKeypointsResult }) {
  const { t, i18n } = useTranslation();
  return (
    <TableFigure
      title={t('keypoints:drawings.title')}
      note={t('keypoints:drawings.note')}
      testId="drawings-table"
      rows={result.reconstruction}
      rowKey={({ method }) => method}
      columns={[
        { key: 'method', label: t('keypoints:method'), text: ({ method }) => nameOf(method, t) },
        {
          key: 'l1',
          label: t('keypoints:drawings.l1'),
          text: ({ l1 }) => formatNumber(l1, i18n.language, 4),
          value: ({ l1 }) => l1,
        },
        {
          key: 'ssim',
          label: t('keypoints:drawings.ssim'),
          text: ({ ssim }) => formatNumber(ssim, i18n.language, 3),
          value: ({ ssim }) => ssim,
        },
      ]}
    />
  );
}

interface PosturesFigureProps {
  readonly title: string;
  readonly caption: string;
  readonly scores: readonly PostureScore[];
}

function PosturesFigure({ title, caption, scores }: PosturesFigureProps) {
  const { t, i18n } = useTranslation();
  const rows = useMemo(
    () =>
      scores.map(
        ({ method, accuracy }): IntervalRow => ({
          name: nameOf(method, t),
          value: 100 * accuracy.mean,
          low: 100 * accuracy.low,
          high: 100 * accuracy.high,
          text: `${formatNumber(100 * accuracy.mean, i18n.language, 1)}`,
          own: method.startsWith('keypoints'),
        }),
      ),
    [scores, t, i18n.language],
  );
  return (
    <div className={classes.figure} style={{ height: CHROME + 20 + ROW * rows.length }}>
      <IntervalChart
        title={title}
        rows={rows}
        quantity={t('keypoints:postures.accuracy')}
        unit="%"
        caption={caption}
      />
    </div>
  );
}
