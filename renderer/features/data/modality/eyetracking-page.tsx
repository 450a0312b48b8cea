import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlannedEyetracking } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { formatNumber } from '../../../components/format.ts';
import { Page } from '../../../components/page.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { EmptyState } from '../../../components/states.tsx';
import { EyetrackingChoices } from './eyetracking-choices.tsx';
import { EyetrackingPreviewPane } from './eyetracking-preview.tsx';
import { FoundTable } from './found-table.tsx';
import { ModalityWizard } from './modality-wizard.tsx';
import { usePlans } from './use-plans.ts';

const extensions = ['asc', 'tsv', 'tsv.gz', 'csv', 'txt'];

/** The wizard that brings in eye-tracking recordings. */
export function EyetrackingImportPage() {
  const { t } = useTranslation();
  return (
    <Page
      name="import-eyetracking"
      title={t('modalities:eyetracking.title')}
      subtitle={t('data:import.subtitle')}
      padded={false}
    >
      <ProjectGate>
        <EyetrackingWizard />
      </ProjectGate>
    </Page>
  );
}

function EyetrackingWizard() {
  const { t, i18n } = useTranslation();
  const [paths, setPaths] = useState<string[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const probe = useQuery({
    ...trpc.modalities.probeEyetracking.queryOptions({ paths }),
    enabled: paths.length > 0,
    staleTime: 0,
  });
  const start = useMutation(trpc.modalities.importEyetracking.mutationOptions());
  const rows = paths.length > 0 ? (probe.data ?? []) : [];
  const plans = usePlans<PlannedEyetracking>(rows.map(({ plan }) => plan));
  const shown = chosen ?? rows.find(({ problem }) => problem === null)?.path ?? null;
  const plan = shown === null ? null : plans.of(shown);
  const row = rows.find(({ path }) => path === shown);
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <ModalityWizard
      modality="eyetracking"
      extensions={extensions}
      paths={paths}
      onChoose={(next) => {
        setPaths(next);
        setChosen(null);
        plans.clear();
        start.reset();
      }}
      probing={probe.isFetching && probe.data === undefined}
      probeError={probe.error}
      found={
        probe.data !== undefined &&
        paths.length > 0 && (
          <FoundTable
            rows={rows}
            shown={shown}
            onShow={setChosen}
            isTaken={plans.isTaken}
            onTake={plans.take}
            columns={[
              {
                key: 'format',
                label: t('modalities:format'),
                cell: ({ format }) => (format === null ? '' : t(`modalities:formats.${format}`)),
              },
              {
                key: 'rate',
                label: t('modalities:eyetracking.rate'),
                kind: 'number',
                cell: ({ rate }) => (rate === null ? '–' : `${number(Math.round(rate))} Hz`),
              },
              {
                key: 'samples',
                label: t('modalities:eyetracking.samples'),
                kind: 'number',
                cell: ({ samples }) => number(samples),
              },
              {
                key: 'events',
                label: t('modalities:eyetracking.events'),
                kind: 'number',
                cell: ({ events }) => number(events),
              },
            ]}
          />
        )
      }
      choices={
        plan !== null &&
        row !== undefined && (
          <EyetrackingChoices
            plan={plan}
            found={row}
            locked={start.isPending || start.data !== undefined}
            onChange={(change) => plans.change(plan.path, change)}
          />
        )
      }
      preview={
        plan === null ? (
          <EmptyState title={t('data:import.preview.none')} text={t('modalities:eyetracking.noneText')} />
        ) : (
          <EyetrackingPreviewPane plan={plan} />
        )
      }
      count={plans.taken.length}
      job={start.data ?? null}
      pending={start.isPending}
      error={start.error}
      onStart={() => start.mutate({ files: [...plans.taken] })}
    />
  );
}
