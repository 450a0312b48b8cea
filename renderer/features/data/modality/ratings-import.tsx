import { useMutation, useQuery } from '@tanstack/react-query';
import type { PlannedRatings, ProbedRatings } from '../../../../main/contract/ratings-import.ts';
import { trpc } from '../../../api/client.ts';
import type { ImportKind } from './import-kind.ts';
import { ModalityPage } from './modality-page.tsx';
import { RatingsChoices } from './ratings-choices.tsx';
import { RatingsPreviewPane } from './ratings-preview.tsx';

const ratings: ImportKind<ProbedRatings, PlannedRatings> = {
  modality: 'ratings',
  extensions: ['csv', 'tsv', 'txt', 'xlsx', 'xls', 'ods', 'mat'],
  useProbe: (paths) =>
    useQuery({
      ...trpc.modalities.probeRatings.queryOptions({ paths: [...paths] }),
      enabled: paths.length > 0,
      staleTime: 0,
    }),
  useImport: () => useMutation(trpc.modalities.importRatings.mutationOptions()),
  columns: (t, number) => [
    {
      key: 'rows',
      label: t('modalities:ratings.rows'),
      kind: 'number',
      cell: ({ rowCount, problem }) => (problem === null ? number(rowCount) : ''),
    },
    {
      key: 'columns',
      label: t('modalities:ratings.columnCount'),
      kind: 'number',
      cell: ({ columns, problem }) => (problem === null ? number(columns.length) : ''),
    },
  ],
  layout: ({ columns }) => columns.join(' | '),
  Choices: RatingsChoices,
  Preview: RatingsPreviewPane,
};

/** The wizard that brings in ratings and norms of words. */
export function RatingsImportPage() {
  return <ModalityPage kind={ratings} />;
}
