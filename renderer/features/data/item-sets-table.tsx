import { useTranslation } from 'react-i18next';
import type { ItemSet } from '../../../main/contract/item-sets.ts';
import { DataTable } from '../../components/data-table.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';

export interface ItemSetsTableProps {
  readonly sets: readonly Pick<
    ItemSet,
    'id' | 'name' | 'language' | 'level' | 'modality' | 'subject' | 'simulated'
  >[];
}

/** Cognitive data item by item: ratings, reading measures, responses to words, sentences and stories. */
export function ItemSetsTable({ sets }: ItemSetsTableProps) {
  const { t } = useTranslation();
  return (
    <DataTable
      label={t('data:itemSets')}
      testId="item-sets"
      rows={sets}
      rowKey={({ id }) => id}
      columns={[
        { key: 'name', label: t('data:itemSets'), cell: ({ name }) => name },
        {
          key: 'language',
          label: t('mulcog:language'),
          cell: ({ language }) => t(`mulcog:languages.${language}`, { defaultValue: language }),
        },
        { key: 'level', label: t('data:itemLevel'), cell: ({ level }) => t(`mulcog:levels.${level}`) },
        {
          key: 'modality',
          label: t('data:modality'),
          cell: ({ modality }) => t(`mulcog:modalities.${modality}`),
        },
        { key: 'subject', label: t('data:subject'), cell: ({ subject }) => subject },
        {
          key: 'origin',
          label: t('data:origin'),
          cell: ({ simulated }) => (simulated ? <SimulatedBadge /> : t('data:measured')),
        },
      ]}
    />
  );
}
