import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { sentenceOf } from '../../../api/errors.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { baseName } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import classes from '../import/import.module.css';
import type { FoundRow } from './import-kind.ts';

export interface FoundTableProps<R extends FoundRow<unknown>> {
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly shown: string | null;
  readonly onShow: (path: string) => void;
  readonly isTaken: (path: string) => boolean;
  readonly onTake: (path: string, taken: boolean) => void;
}

/** Recordings found: to take or to leave, with every doubt and problem as a sentence. */
export function FoundTable<R extends FoundRow<unknown>>({
  rows,
  columns,
  shown,
  onShow,
  isTaken,
  onTake,
}: FoundTableProps<R>) {
  const { t } = useTranslation();
  const doubts = rows.find((row) => row.path === shown)?.notices ?? [];
  return (
    <>
      {rows.length === 0 && <div role="alert">{t('modalities:nothing')}</div>}
      {doubts.length > 0 && <NoticeList notices={[...doubts]} />}
      <ScrollRegion className={classes.runs} aria-label={t('data:import.found.runs')}>
        <DataTable
          label={t('data:import.found.runs')}
          testId="probe-table"
          rows={rows}
          rowKey={(row) => row.path}
          selected={shown ?? undefined}
          onSelect={(row) => row.problem === null && onShow(row.path)}
          columns={[
            {
              key: 'file',
              label: t('modalities:file'),
              cell: (row) => <span title={row.path}>{baseName(row.path)}</span>,
            },
            {
              key: 'take',
              label: t('data:import.found.take'),
              cell: (row) => (
                <Checkbox
                  aria-label={t('data:import.found.takeRun', { name: baseName(row.path) })}
                  checked={isTaken(row.path)}
                  disabled={row.problem !== null}
                  onClick={(event) => event.stopPropagation()}
                  onChange={(event) => onTake(row.path, event.currentTarget.checked)}
                />
              ),
            },
            ...columns,
            {
              key: 'problem',
              label: t('data:import.found.problem'),
              kind: 'wide',
              cell: (row) => (row.problem === null ? '' : sentenceOf(row.problem, t)),
            },
          ]}
        />
      </ScrollRegion>
    </>
  );
}
