import { useTranslation } from 'react-i18next';
import type { PmdScore } from '../../../main/contract/pressure-keypoints.ts';
import { formatNumber } from '../../components/format.ts';
import { nameOf } from './names.ts';
import { TableFigure } from './table-figure.tsx';

/** Posture on real mats with each person left out, of the network and of the classifiers: over all and of each. */
export function PeopleOut({ pmd }: { pmd: PmdScore }) {
  const { t, i18n } = useTranslation();
  const percent = (value: number) => `${formatNumber(100 * value, i18n.language, 1)} %`;
  const { people, subjectOut } = pmd;
  type Row = (typeof subjectOut)[number];
  const helped = people.filter(({ missing }) => missing.length > 0);
  const standIns = helped.map(({ subject, missing }) =>
    t('keypoints:people.standIns', {
      subject,
      missing: missing.map((name) => t(`station:postures.${name}`, { defaultValue: name })).join(', '),
    }),
  );
  return (
    <TableFigure
      title={t('keypoints:people.title')}
      note={[t('keypoints:people.note'), ...standIns].join(' ')}
      testId="people-out-table"
      rows={subjectOut}
      rowKey={({ method }) => method}
      columns={[
        { key: 'method', label: t('keypoints:method'), text: ({ method }) => nameOf(method, t) },
        {
          key: 'accuracy',
          label: t('keypoints:people.accuracy'),
          text: ({ accuracy }) => percent(accuracy.mean),
          value: ({ accuracy }) => accuracy.mean,
        },
        {
          key: 'low',
          label: t('keypoints:low'),
          text: ({ accuracy }) => percent(accuracy.low),
          value: ({ accuracy }) => accuracy.low,
        },
        {
          key: 'high',
          label: t('keypoints:high'),
          text: ({ accuracy }) => percent(accuracy.high),
          value: ({ accuracy }) => accuracy.high,
        },
        ...people.map(({ subject, recordings, missing }, at) => ({
          key: `person-${subject}`,
          label: `${t('keypoints:people.person', { subject, count: recordings })}${missing.length > 0 ? ' *' : ''}`,
          text: (row: Row) => percent(row.people[at] ?? Number.NaN),
          value: (row: Row) => row.people[at] ?? null,
        })),
      ]}
    />
  );
}
