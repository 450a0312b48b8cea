import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { FactList } from '../../components/fact-list.tsx';
import { formatNumber } from '../../components/format.ts';
import { NoticeList } from '../../components/notice-list.tsx';
import { ErrorLine } from '../../components/states.tsx';
import classes from './project.module.css';

/** Checks the file's integrity, the arrays' hashes and all references, and says what it found. */
export function VerifyProject() {
  const { t, i18n } = useTranslation();
  const verify = useMutation(trpc.project.verify.mutationOptions());
  const report = verify.data;
  return (
    <section aria-label={t('project:verify.title')}>
      <h2 className={classes.heading}>
        {t('project:verify.title')}
        <Button
          variant="default"
          size="compact-xs"
          loading={verify.isPending}
          onClick={() => verify.mutate()}
          data-testid="verify"
        >
          {t('project:verify.action')}
        </Button>
      </h2>
      {verify.error !== null && <ErrorLine error={verify.error} />}
      {report === undefined && verify.error === null && (
        <div style={{ color: 'var(--gy-muted)' }}>{t('project:verify.text')}</div>
      )}
      {report !== undefined && (
        <div data-testid="verify-report">
          <p style={{ color: report.ok ? 'var(--gy-good)' : 'var(--gy-bad)', margin: '0 0 8px' }}>
            {t(report.ok ? 'project:verify.sound' : 'project:verify.faulty')}
          </p>
          <FactList
            facts={Object.entries(report.counts).map(([key, value]) => ({
              label: t(`project:verify.counts.${key}`, { defaultValue: key }),
              value: formatNumber(value, i18n.language),
            }))}
          />
          <NoticeList notices={report.findings} />
        </div>
      )}
    </section>
  );
}
