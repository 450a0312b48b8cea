import { useMutation, useQuery } from '@tanstack/react-query';
import type { PlannedEyetracking, ProbedEyetracking } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { EyetrackingChoices } from './eyetracking-choices.tsx';
import { EyetrackingPreviewPane } from './eyetracking-preview.tsx';
import type { ImportKind } from './import-kind.ts';
import { ModalityPage } from './modality-page.tsx';

const eyetracking: ImportKind<ProbedEyetracking, PlannedEyetracking> = {
  modality: 'eyetracking',
  extensions: ['asc', 'tsv', 'tsv.gz', 'csv', 'txt'],
  useProbe: (paths) =>
    useQuery({
      ...trpc.modalities.probeEyetracking.queryOptions({ paths: [...paths] }),
      enabled: paths.length > 0,
      staleTime: 0,
    }),
  useImport: () => useMutation(trpc.modalities.importEyetracking.mutationOptions()),
  columns: (t, number) => [
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
  ],
  layout: ({ format, eyes, unit }) => `${format} ${eyes.join('+')} ${unit}`,
  Choices: EyetrackingChoices,
  Preview: EyetrackingPreviewPane,
};

/** The wizard that brings in eye-tracking recordings. */
export function EyetrackingImportPage() {
  return <ModalityPage kind={eyetracking} />;
}
