import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../main/contract/settings.ts';
import { DataTable } from '../../components/data-table.tsx';
import { formatDateTime } from '../../components/format.ts';

export interface RecentProjectsProps {
  readonly recent: Settings['recentProjects'];
  readonly onOpen: (path: string) => void;
}

/** Projects opened before, newest first. */
export function RecentProjects({ recent, onOpen }: RecentProjectsProps) {
  const { t, i18n } = useTranslation();
  if (recent.length === 0) return <div style={{ color: 'var(--gy-muted)' }}>{t('project:noRecent')}</div>;
  return (
    <DataTable
      label={t('project:recent')}
      rows={recent}
      rowKey={(row) => row.path}
      onSelect={(row) => onOpen(row.path)}
      columns={[
        { key: 'name', label: t('project:name'), cell: (row) => row.name },
        { key: 'path', label: t('project:path'), kind: 'wide', cell: (row) => row.path },
        {
          key: 'opened',
          label: t('project:openedAt'),
          cell: (row) => formatDateTime(row.openedAt, i18n.language),
        },
      ]}
    />
  );
}
