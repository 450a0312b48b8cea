import { Button, Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeegPlan, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { baseName, formatDuration, formatNumber } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import classes from '../import/import.module.css';
import { withMeegRun } from './plan.ts';

export interface MeegFoundProps {
  readonly runs: readonly ProbedMeeg[];
  readonly plan: MeegPlan | null;
  readonly shown: string | null;
  readonly onShow: (path: string) => void;
  readonly onChange: (plan: MeegPlan) => void;
  readonly confirmed: boolean;
  readonly onConfirm: () => void;
}

/** Recordings to take or leave, and every doubt as a sentence. */
export function MeegFound({ runs, plan, shown, onShow, onChange, confirmed, onConfirm }: MeegFoundProps) {
  const { t, i18n } = useTranslation();
  const number = (value: number, decimals = 0) => formatNumber(value, i18n.language, decimals);
  const doubts = runs.flatMap((run) => run.notices);
  return (
    <>
      <div data-testid="probe-summary">{t('meeg:found', { count: runs.length })}</div>
      {doubts.length > 0 && <NoticeList notices={doubts} />}
      <ScrollRegion className={classes.runs} aria-label={t('meeg:recordings')}>
        <DataTable
          label={t('meeg:recordings')}
          testId="probe-table"
          rows={runs}
          rowKey={(run) => run.path}
          selected={shown}
          onSelect={(run) => run.importable && onShow(run.path)}
          columns={[
            {
              key: 'name',
              label: t('meeg:file'),
              cell: (run) => <span title={run.path}>{baseName(run.path)}</span>,
            },
            {
              key: 'take',
              label: t('data:import.found.take'),
              cell: (run) => (
                <Checkbox
                  aria-label={t('data:import.found.takeRun', { name: baseName(run.path) })}
                  checked={plan?.runs.some(({ path }) => path === run.path) ?? false}
                  disabled={!run.importable || plan === null}
                  onClick={(event) => event.stopPropagation()}
                  onChange={(event) =>
                    plan !== null && onChange(withMeegRun(plan, run, event.currentTarget.checked))
                  }
                />
              ),
            },
            {
              key: 'modality',
              label: t('data:modality'),
              cell: (run) => (run.importable ? t(`data:modalities.${run.modality}`) : ''),
            },
            {
              key: 'channels',
              label: t('meeg:channels'),
              kind: 'number',
              cell: (run) => number(run.channels.length),
            },
            {
              key: 'rate',
              label: t('meeg:rate'),
              kind: 'number',
              cell: (run) => (run.importable ? `${number(run.sfreq, run.sfreq % 1 === 0 ? 0 : 2)} Hz` : ''),
            },
            {
              key: 'duration',
              label: t('data:duration'),
              kind: 'number',
              cell: (run) => (run.importable ? formatDuration(run.seconds, i18n.language) : ''),
            },
            {
              key: 'notes',
              label: t('meeg:annotations'),
              kind: 'number',
              cell: (run) => number(run.annotationCount),
            },
            {
              key: 'problem',
              label: t('data:import.found.problem'),
              kind: 'wide',
              cell: (run) => (run.problem === null ? '' : sentenceOf(run.problem, t)),
            },
          ]}
        />
      </ScrollRegion>
      {plan === null ? (
        <div role="alert">{t('meeg:nothing')}</div>
      ) : (
        !confirmed && (
          <div>
            <Button onClick={onConfirm} data-testid="confirm-probe">
              {t('data:import.found.continue')}
            </Button>
          </div>
        )
      )}
    </>
  );
}
