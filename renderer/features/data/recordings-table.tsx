import { useTranslation } from 'react-i18next';
import type { Answers } from '../../api/client.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { formatDuration, formatNumber } from '../../components/format.ts';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { samplingText } from './sampling-text.ts';

type RecordingRow = Answers['data']['recordings'][number];

export interface RecordingsTableProps {
  readonly rows: readonly RecordingRow[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}

/** One line a run; notices are counted here and read in the inspector. */
export function RecordingsTable({ rows, selected, onSelect }: RecordingsTableProps) {
  const { t, i18n } = useTranslation();
  const number = (value: number, decimals = 0) => formatNumber(value, i18n.language, decimals);
  const columns: Column<RecordingRow>[] = [
    { key: 'subject', label: t('data:subject'), cell: (row) => row.subject },
    { key: 'session', label: t('data:session'), cell: (row) => row.session ?? '–' },
    { key: 'task', label: t('data:task'), cell: (row) => row.task },
    { key: 'run', label: t('data:run'), cell: (row) => row.run ?? '–' },
    { key: 'modality', label: t('data:modality'), cell: (row) => t(`data:modalities.${row.modality}`) },
    {
      key: 'sampling',
      label: t('data:sampling'),
      kind: 'number',
      cell: (row) => samplingText(row, i18n.language),
    },
    { key: 'samples', label: t('data:samples.eeg'), kind: 'number', cell: (row) => number(row.sampleCount) },
    {
      key: 'duration',
      label: t('data:duration'),
      kind: 'number',
      cell: (row) => formatDuration(row.seconds, i18n.language),
    },
    {
      key: 'repeat',
      label: t('data:repeat'),
      cell: (row) => (row.repeatGroup === null ? '–' : t('data:repeated')),
    },
    {
      key: 'notices',
      label: t('data:notices'),
      kind: 'number',
      cell: (row) => number(row.notices.filter((notice) => notice.level !== 'info').length),
    },
    {
      key: 'origin',
      label: t('data:origin'),
      cell: (row) => (row.simulated ? <SimulatedBadge /> : t('data:measured')),
    },
  ];
  return (
    <DataTable
      label={t('app:nouns.data')}
      testId="recordings-table"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      selected={selected}
      onSelect={(row) => onSelect(row.id)}
    />
  );
}
