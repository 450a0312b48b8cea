import { useMutation, useQuery } from '@tanstack/react-query';
import type { PlannedPressure, ProbedPressure } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import type { ImportKind } from './import-kind.ts';
import { ModalityPage } from './modality-page.tsx';
import { PressureChoices } from './pressure-choices.tsx';
import { PressurePreviewPane } from './pressure-preview.tsx';

const pressure: ImportKind<ProbedPressure, PlannedPressure> = {
  modality: 'pressure',
  extensions: ['asf', 'csv', 'lst', 'asc', 'xls', 'txt', 'json', 'npy', 'npz'],
  useProbe: (paths) =>
    useQuery({
      ...trpc.modalities.probePressure.queryOptions({ paths: [...paths] }),
      enabled: paths.length > 0,
      staleTime: 0,
    }),
  useImport: () => useMutation(trpc.modalities.importPressure.mutationOptions()),
  columns: (t, number) => [
    {
      key: 'format',
      label: t('modalities:format'),
      cell: ({ format }) => (format === null ? '' : t(`modalities:formats.${format}`)),
    },
    {
      key: 'subject',
      label: t('modalities:pressure.subject'),
      cell: ({ plan }) =>
        plan === null ? '' : [plan.subject, plan.session, plan.run].filter(Boolean).join(' / '),
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
  ],
  layout: ({ format, rows, cols, unit }) => `${format} ${rows}×${cols} ${unit}`,
  Choices: PressureChoices,
  Preview: PressurePreviewPane,
};

/** The wizard that brings in pressure recordings. */
export function PressureImportPage() {
  return <ModalityPage kind={pressure} />;
}
