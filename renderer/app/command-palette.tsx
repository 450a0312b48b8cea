import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/client.ts';
import { nouns } from './nouns.ts';
import type { Appearance } from './use-appearance.ts';

/** Opens the palette from anywhere in the page. */
export function openCommandPalette(): void {
  spotlight.open();
}

/** Finds any page, recording, stimulus, study run or command. */
export function CommandPalette({ appearance, onHelp }: { appearance: Appearance; onHelp: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const project = useQuery(trpc.project.current.queryOptions()).data;
  const enabled = project !== undefined && project !== null;
  const recordings = useQuery({ ...trpc.data.recordings.queryOptions(), enabled }).data ?? [];
  const stimuli = useQuery({ ...trpc.stimuli.list.queryOptions(), enabled }).data ?? [];
  const runs = useQuery({ ...trpc.studies.runs.queryOptions(), enabled }).data ?? [];

  const models = useQuery({ ...trpc.models.list.queryOptions(), enabled }).data ?? [];
  const trained = useQuery({ ...trpc.training.runs.queryOptions(), enabled }).data ?? [];

  const groups: SpotlightActionGroupData[] = [
    {
      group: t('app:palette.pages'),
      actions: nouns.map((noun) => ({
        id: `page-${noun.name}`,
        label: t(`app:nouns.${noun.name}`),
        onClick: () => void navigate({ to: noun.path }),
      })),
    },
    {
      group: t('app:palette.commands'),
      actions: [
        { id: 'import', label: t('data:import.title'), onClick: () => void navigate({ to: '/data/import' }) },
        {
          id: 'import-bids',
          label: t('data:bids.title'),
          onClick: () => void navigate({ to: '/data/import-bids' }),
        },
        {
          id: 'export-bids',
          label: t('data:export.title'),
          onClick: () => void navigate({ to: '/data/export-bids' }),
        },
        {
          id: 'import-meeg',
          label: t('meeg:title'),
          onClick: () => void navigate({ to: '/data/import-meeg' }),
        },
        {
          id: 'import-pressure',
          label: t('modalities:pressure.title'),
          onClick: () => void navigate({ to: '/data/import-pressure' }),
        },
        {
          id: 'import-eyetracking',
          label: t('modalities:eyetracking.title'),
          onClick: () => void navigate({ to: '/data/import-eyetracking' }),
        },
        {
          id: 'clock',
          label: t('stimuli:clock.title'),
          onClick: () => void navigate({ to: '/stimuli/clock' }),
        },
        {
          id: 'new-study',
          label: t('studies:new.title'),
          onClick: () => void navigate({ to: '/studies/new' }),
        },
        {
          id: 'train',
          label: t('models:train.title'),
          onClick: () => void navigate({ to: '/models/train' }),
        },
        { id: 'theme', label: t('app:keys.theme'), onClick: appearance.toggleTheme },
        { id: 'language', label: t('app:keys.language'), onClick: appearance.toggleLanguage },
        { id: 'help', label: t('app:keys.title'), onClick: onHelp },
      ],
    },
    {
      group: t('app:palette.recordings'),
      actions: recordings.map((recording) => ({
        id: recording.id,
        label: recording.label,
        description: t('common:volumes', { count: recording.sampleCount }),
        onClick: () => void navigate({ to: '/data', search: { recording: recording.id } }),
      })),
    },
    {
      group: t('app:palette.stimuli'),
      actions: stimuli.map((stimulus) => ({
        id: stimulus.id,
        label: stimulus.name,
        description: t('common:words', { count: stimulus.wordCount }),
        onClick: () => void navigate({ to: '/stimuli', search: { stimulus: stimulus.id } }),
      })),
    },
    {
      group: t('app:palette.models'),
      actions: models.map((model) => ({
        id: model.id,
        label: model.name,
        onClick: () => void navigate({ to: '/models', search: { model: model.id } }),
      })),
    },
    {
      group: t('app:palette.training'),
      actions: trained.map((run) => ({
        id: run.id,
        label: run.seed === null ? run.name : `${run.name} · ${t('timeline:seed')} ${run.seed}`,
        onClick: () => void navigate({ to: '/timeline', search: { run: run.id } }),
      })),
    },
    {
      group: t('app:palette.runs'),
      actions: runs.map((run) => ({
        id: run.id,
        label: run.name,
        onClick: () => void navigate({ to: '/studies', search: { run: run.id } }),
      })),
    },
  ];
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      shortcut={null}
      nothingFound={t('app:palette.nothing')}
      searchProps={{ placeholder: t('app:palette.placeholder'), 'aria-label': t('app:palette.placeholder') }}
      limit={30}
      scrollable
      maxHeight={420}
      transitionProps={{ duration: 0 }}
    />
  );
}
