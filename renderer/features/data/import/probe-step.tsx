import { Button, Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, ImportProbe, ProbedRun } from '../../../../main/contract/importing.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { baseName, formatNumber } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { SimulatedBadge } from '../../../components/simulated-badge.tsx';
import classes from './import.module.css';
import { withRun } from './plan-changes.ts';

export interface ProbeStepProps {
  readonly probe: ImportProbe;
  readonly plan: ImportPlan | null;
  readonly shown: string | null;
  readonly onShow: (image: string) => void;
  readonly onChange: (plan: ImportPlan) => void;
  readonly confirmed: boolean;
  readonly onConfirm: () => void;
}

/** What lies under the chosen paths: runs to take or leave, and every doubt as a sentence. */
export function ProbeStep({ probe, plan, shown, onShow, onChange, confirmed, onConfirm }: ProbeStepProps) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, decimals = 0) => formatNumber(value, i18n.language, decimals);
  const isTaken = (run: ProbedRun) => plan?.runs.some((planned) => planned.image === run.image) ?? false;
  const missing = probe.missingData.map(({ reason }) => ({ ...reason, level: 'warning' as const }));
  const doubts = [...probe.notices, ...missing, ...probe.runs.flatMap((run) => run.notices)];
  return (
    <>
      <div className={classes.row} data-testid="probe-summary">
        <span>
          {t(`data:import.found.${probe.kind}`, {
            name: probe.dataset?.name ?? '',
            subjects: probe.subjects.length,
            runs: probe.runs.length,
          })}
        </span>
        {probe.runs.some((run) => run.simulated) && <SimulatedBadge />}
      </div>
      {doubts.length > 0 && <NoticeList notices={doubts} />}
      <ScrollRegion className={classes.runs} aria-label={t('data:import.found.runs')}>
        <DataTable
          label={t('data:import.found.runs')}
          testId="probe-table"
          rows={probe.runs}
          rowKey={(run) => run.image}
          selected={shown}
          onSelect={(run) => run.importable && onShow(run.image)}
          columns={[
            {
              key: 'name',
              label: t('data:run'),
              cell: (run) => (
                <span title={run.image}>{[run.subject, run.task, run.run].filter(Boolean).join(' · ')}</span>
              ),
            },
            {
              key: 'take',
              label: t('data:import.found.take'),
              cell: (run) => (
                <Checkbox
                  aria-label={t('data:import.found.takeRun', { name: baseName(run.image) })}
                  checked={isTaken(run)}
                  disabled={!run.importable || plan === null}
                  onClick={(event) => event.stopPropagation()}
                  onChange={(event) =>
                    plan !== null && onChange(withRun(plan, probe, run, event.currentTarget.checked))
                  }
                />
              ),
            },
            {
              key: 'volumes',
              label: t('data:volumes'),
              kind: 'number',
              cell: (run) => number(run.shape?.[3] ?? null),
            },
            {
              key: 'tr',
              label: t('data:tr'),
              kind: 'number',
              cell: (run) =>
                run.repetitionTime === null
                  ? t('data:import.found.missing')
                  : `${number(run.repetitionTime, 3)} s`,
            },
            {
              key: 'words',
              label: t('data:import.found.words'),
              kind: 'number',
              cell: (run) => number(run.wordCandidates[0]?.wordCount ?? null),
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
        <div role="alert">{t('data:import.found.nothing')}</div>
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
