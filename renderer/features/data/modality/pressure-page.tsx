import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlannedPressure } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { formatNumber } from '../../../components/format.ts';
import { Page } from '../../../components/page.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { EmptyState } from '../../../components/states.tsx';
import { FoundTable } from './found-table.tsx';
import { ModalityWizard } from './modality-wizard.tsx';
import { PressureChoices } from './pressure-choices.tsx';
import { PressurePreviewPane } from './pressure-preview.tsx';
import { usePlans } from './use-plans.ts';

const extensions = ['asf', 'csv', 'lst', 'asc', 'xls', 'txt', 'json', 'npy', 'npz'];

/** The wizard that brings in pressure recordings. */
export function PressureImportPage() {
  const { t } = useTranslation();
  return (
    <Page
      name="import-pressure"
      title={t('modalities:pressure.title')}
      subtitle={t('data:import.subtitle')}
      padded={false}
    >
      <ProjectGate>
        <PressureWizard />
      </ProjectGate>
    </Page>
  );
}

function PressureWizard() {
  const { t, i18n } = useTranslation();
  const [paths, setPaths] = useState<string[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const probe = useQuery({
    ...trpc.modalities.probePressure.queryOptions({ paths }),
    enabled: paths.length > 0,
    staleTime: 0,
  });
  const start = useMutation(trpc.modalities.importPressure.mutationOptions());
  const rows = paths.length > 0 ? (probe.data ?? []) : [];
  const plans = usePlans<PlannedPressure>(rows.map(({ plan }) => plan));
  const shown = chosen ?? rows.find(({ problem }) => problem === null)?.path ?? null;
  const plan = shown === null ? null : plans.of(shown);
  const row = rows.find(({ path }) => path === shown);
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <ModalityWizard
      modality="pressure"
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
                key: 'cells',
                label: t('modalities:pressure.cells'),
                cell: ({ rows: down, cols }) => (down === 0 ? '' : `${down} × ${cols}`),
              },
              {
                key: 'frames',
                label: t('modalities:pressure.frames'),
                kind: 'number',
                cell: ({ frames }) => number(frames),
              },
              {
                key: 'unit',
                label: t('modalities:unit'),
                cell: ({ unit, problem }) => (problem === null ? unit : ''),
              },
            ]}
          />
        )
      }
      choices={
        plan !== null &&
        row !== undefined && (
          <PressureChoices
            plan={plan}
            found={row}
            locked={start.isPending || start.data !== undefined}
            onChange={(change) => plans.change(plan.path, change)}
          />
        )
      }
      preview={
        plan === null ? (
          <EmptyState title={t('data:import.preview.none')} text={t('modalities:pressure.noneText')} />
        ) : (
          <PressurePreviewPane plan={plan} />
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
