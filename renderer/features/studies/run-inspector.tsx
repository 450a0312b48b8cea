import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encodingStudyParamsSchema } from '../../../main/contract/encoding.ts';
import { trpc } from '../../api/client.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { baseName, formatDateTime, formatNumber } from '../../components/format.ts';
import { ErrorLine } from '../../components/states.tsx';

/** What was asked of a run, and where its numbers come from. */
export function RunInspector({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const runs = useQuery(trpc.studies.runs.queryOptions()).data ?? [];
  const run = runs.find((row) => row.id === id);
  const params = encodingStudyParamsSchema.safeParse(run?.params);
  if (run === undefined) return null;
  return (
    <>
      <Section title={run.name}>
        <FactList
          facts={[
            { label: t('studies:state'), value: t(`studies:states.${run.state}`) },
            { label: t('studies:created'), value: formatDateTime(run.createdAt, i18n.language) },
            { label: t('jobs:ended'), value: formatDateTime(run.endedAt, i18n.language) },
            { label: t('studies:seed'), value: run.seed },
            { label: t('data:codeVersion'), value: run.codeVersion },
          ]}
        />
      </Section>
      {params.success && (
        <Section title={t('jobs:parameters')}>
          <FactList
            facts={[
              {
                label: t('studies:recordings'),
                value: formatNumber(params.data.recordingIds.length, i18n.language),
              },
              {
                label: t('studies:featureSpace'),
                value: t(`stimuli:spaces.${params.data.featureSpace}`, {
                  defaultValue: params.data.featureSpace,
                }),
              },
              { label: t('studies:new.lookBack'), value: params.data.lookBackWords },
              {
                label: t('studies:new.downsampling'),
                value: t(`studies:new.downsamplings.${params.data.downsampling}`),
              },
              {
                label: t('studies:new.hemodynamics'),
                value: t(`studies:new.hemodynamicsKinds.${params.data.hemodynamics.kind}`),
              },
              { label: t('studies:new.split'), value: t(`studies:new.splits.${params.data.split.kind}`) },
              { label: t('studies:new.innerFolds'), value: params.data.innerFolds },
              {
                label: t('studies:new.permutations'),
                value: formatNumber(params.data.permutations, i18n.language),
              },
              { label: t('studies:new.fdrLevel'), value: params.data.fdrLevel },
            ]}
          />
        </Section>
      )}
      <Section title={t('data:provenance')}>
        <Trace id={id} />
      </Section>
      <DeleteRun id={id} />
    </>
  );
}

/** The input files that this run's numbers go back to. */
function Trace({ id }: { id: string }) {
  const { t } = useTranslation();
  const trace = useQuery(trpc.project.trace.queryOptions({ kind: 'run', id }));
  if (trace.error !== null) return <ErrorLine error={trace.error} />;
  if (trace.data === undefined) return null;
  return (
    <FactList
      facts={[
        { label: t('studies:activities'), value: trace.data.activities.length },
        { label: t('studies:inputFiles'), value: trace.data.files.length },
        {
          label: t('studies:origin'),
          value: [...new Set(trace.data.files.map((file) => baseName(file.label)))].slice(0, 6).join(', '),
        },
      ]}
    />
  );
}

function DeleteRun({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useMutation(
    trpc.studies.delete.mutationOptions({ onSuccess: () => navigate({ to: '/studies', search: {} }) }),
  );
  return (
    <Section title={t('studies:remove')}>
      <Button
        variant="default"
        loading={remove.isPending}
        onClick={() => (asked ? remove.mutate({ id }) : setAsked(true))}
      >
        {t(asked ? 'studies:removeConfirm' : 'studies:removeAction')}
      </Button>
      {remove.error !== null && <ErrorLine error={remove.error} />}
    </Section>
  );
}
