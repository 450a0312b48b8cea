import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ProjectModel } from '../../../main/contract/models.ts';
import { trpc } from '../../api/client.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { formatDateTime, formatNumber } from '../../components/format.ts';
import { Page } from '../../components/page.tsx';
import { usePathPicker } from '../../components/path-picker.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { Answer, EmptyState, ErrorLine } from '../../components/states.tsx';
import { ModelDetails } from './model-details.tsx';
import classes from './models.module.css';

/** The models that the project points to. */
export function ModelsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { model } = useSearch({ from: '/models' });
  const project = useQuery(trpc.project.current.queryOptions()).data ?? null;
  return (
    <Page
      name="models"
      title={t('app:nouns.models')}
      padded={false}
      actions={
        project !== null && (
          <Button
            variant="default"
            onClick={() => void navigate({ to: '/models/train' })}
            data-testid="new-training"
          >
            {t('models:train.title')}
          </Button>
        )
      }
      inspector={model === undefined || project === null ? undefined : <ModelDetails id={model} />}
    >
      <ProjectGate>
        <Models selected={model} />
      </ProjectGate>
    </Page>
  );
}

function Models({ selected }: { selected: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const models = useQuery(trpc.models.list.queryOptions());
  const columns = useColumns();
  return (
    <Answer query={models}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title={t('models:none')} text={t('models:emptyText')}>
            <AddModel />
          </EmptyState>
        ) : (
          <>
            <div className={classes.bar}>
              <AddModel />
            </div>
            <DataTable
              label={t('app:nouns.models')}
              testId="models-table"
              rows={rows}
              rowKey={({ id }) => id}
              selected={selected}
              onSelect={({ id }) => void navigate({ to: '/models', search: { model: id } })}
              columns={columns}
            />
          </>
        )
      }
    </Answer>
  );
}

function useColumns(): Column<ProjectModel>[] {
  const { t, i18n } = useTranslation();
  return [
    { key: 'name', label: t('models:name'), cell: ({ name }) => name },
    { key: 'format', label: t('models:format'), cell: ({ format }) => t(`models:formats.${format}`) },
    { key: 'architecture', label: t('models:architecture'), cell: ({ architecture }) => architecture ?? '–' },
    {
      key: 'parameters',
      label: t('models:parameters'),
      kind: 'number',
      cell: ({ parameters }) => formatNumber(parameters, i18n.language),
    },
    {
      key: 'certificate',
      label: t('models:certificate.title'),
      cell: ({ certificate }) =>
        certificate === null ? '–' : t(`models:certificate.${certificate.passes ? 'passes' : 'differs'}`),
    },
    {
      key: 'added',
      label: t('models:added'),
      cell: ({ addedAt }) => formatDateTime(addedAt, i18n.language),
    },
  ];
}

/** Adds a Hugging Face folder, or a GGUF or ONNX file; what cannot be opened is refused with the reason. */
function AddModel() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const add = useMutation(
    trpc.models.add.mutationOptions({
      onSuccess: ({ id }) => navigate({ to: '/models', search: { model: id } }),
    }),
  );
  const picker = usePathPicker(([path]) => {
    if (path !== undefined) add.mutate({ path });
  });
  return (
    <div className={classes.add}>
      <Button
        loading={add.isPending}
        onClick={() => picker.open({ kind: 'open-folder', title: t('models:addFolder') })}
        data-testid="add-folder"
      >
        {t('models:addFolder')}
      </Button>
      <Button
        variant="default"
        loading={add.isPending}
        onClick={() =>
          picker.open({ kind: 'open-files', title: t('models:addFile'), extensions: ['onnx', 'gguf'] })
        }
        data-testid="add-file"
      >
        {t('models:addFile')}
      </Button>
      {add.error !== null && <ErrorLine error={add.error} />}
      {picker.dialog}
    </div>
  );
}
