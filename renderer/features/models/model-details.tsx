import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectModel } from '../../../main/contract/models.ts';
import { trpc } from '../../api/client.ts';
import { sentenceOf } from '../../api/errors.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatNumber } from '../../components/format.ts';
import { JobProgressLine } from '../../components/job-progress.tsx';
import { usePathPicker } from '../../components/path-picker.tsx';
import { ErrorLine } from '../../components/states.tsx';
import { CertificateTable } from './certificate-table.tsx';
import classes from './models.module.css';
import { ReadText } from './read-text.tsx';

/** What is known of one model, and what can be done with it. */
export function ModelDetails({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const models = useQuery(trpc.models.list.queryOptions()).data ?? [];
  const model = models.find((candidate) => candidate.id === id);
  if (model === undefined) return null;
  return (
    <>
      <Section title={model.name}>
        <FactList
          facts={[
            { label: t('models:format'), value: t(`models:formats.${model.format}`) },
            { label: t('models:architecture'), value: model.architecture ?? '–' },
            {
              label: t('models:parameters'),
              value: formatNumber(model.parameters, i18n.language),
              testId: 'model-parameters',
            },
            { label: t('models:path'), value: <span className={classes.path}>{model.path}</span> },
          ]}
        />
        <div className={classes.actions}>
          <Button
            onClick={() => void navigate({ to: '/models/inspect', search: { model: id } })}
            data-testid="inspect-model"
          >
            {t('models:inspect.action')}
          </Button>
        </div>
      </Section>
      {model.format !== 'onnx' && (
        <>
          <Section title={t('models:read.title')}>
            <ReadText key={id} source={{ kind: 'model', id }} />
          </Section>
          <Certificate model={model} />
        </>
      )}
      <RemoveModel id={id} />
    </>
  );
}

function Certificate({ model }: { model: ProjectModel }) {
  const { t } = useTranslation();
  const start = useMutation(trpc.models.certify.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === start.data?.id);
  const running = job?.state === 'queued' || job?.state === 'running';
  const picker = usePathPicker(([reference]) => {
    if (reference !== undefined) start.mutate({ id: model.id, reference });
  });
  return (
    <Section title={t('models:certificate.title')}>
      {model.certificate === null ? (
        <p className={classes.muted}>{t('models:certificate.none')}</p>
      ) : (
        <CertificateTable certificate={model.certificate} />
      )}
      <div className={classes.actions}>
        <Button
          variant="default"
          loading={start.isPending || running}
          onClick={() => picker.open({ kind: 'open-folder', title: t('models:certificate.choose') })}
        >
          {t('models:certificate.action')}
        </Button>
      </div>
      {running && <JobProgressLine job={job} />}
      {start.error !== null && <ErrorLine error={start.error} />}
      {job?.error != null && <p role="alert">{sentenceOf(job.error, t)}</p>}
      {picker.dialog}
    </Section>
  );
}

function RemoveModel({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useMutation(
    trpc.models.remove.mutationOptions({ onSuccess: () => navigate({ to: '/models', search: {} }) }),
  );
  return (
    <Section title={t('models:remove')}>
      <p className={classes.muted}>{t('models:removeText')}</p>
      <Button
        variant="default"
        loading={remove.isPending}
        onClick={() => (asked ? remove.mutate({ id }) : setAsked(true))}
      >
        {t(asked ? 'models:removeConfirm' : 'models:removeAction')}
      </Button>
      {remove.error !== null && <ErrorLine error={remove.error} />}
    </Section>
  );
}
