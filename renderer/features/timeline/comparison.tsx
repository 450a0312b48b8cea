import { useTranslation } from 'react-i18next';
import type { CheckpointComparison } from '../../../main/contract/checkpoints.ts';
import { DataTable } from '../../components/data-table.tsx';
import { formatNumber, formatSignificant } from '../../components/format.ts';
import { LayerProfile } from '../../viewers/charts/layer-profile.tsx';

/** What a comparison found: similarity by layer where there is one, then every tensor. */
export function Comparison({ comparison }: { comparison: CheckpointComparison }) {
  const { t, i18n } = useTranslation();
  const { first, second, tensors, unmatched, layers, tokens } = comparison;
  const value = (number: number | null) => formatSignificant(number, i18n.language);
  const identical = tensors.filter((tensor) => tensor.identical).length;
  return (
    <>
      <p data-testid="compare-summary" style={{ margin: 0 }}>
        {t('timeline:compare.summary', {
          a: formatNumber(first.step, i18n.language),
          b: formatNumber(second.step, i18n.language),
          count: tensors.length,
          identical,
        })}
        {unmatched.length > 0 && ` ${t('timeline:compare.unmatched', { names: unmatched.join(', ') })}`}
      </p>
      {layers !== null && (
        <div data-testid="compare-cka">
          <LayerProfile
            title={t('timeline:compare.cka')}
            layers={layers.map(({ layer }) => String(layer))}
            series={[{ name: 'CKA', mean: layers.map(({ cka }) => cka) }]}
            lines={[]}
            quantity="CKA"
            unit=""
            intervalName=""
            caption={t('timeline:compare.ckaCaption', { tokens })}
          />
        </div>
      )}
      <DataTable
        label={t('timeline:compare.tensors')}
        testId="compare-tensors"
        rows={tensors}
        rowKey={({ name }) => name}
        columns={[
          { key: 'name', label: t('timeline:compare.tensor'), cell: ({ name }) => name },
          { key: 'shape', label: t('timeline:compare.shape'), cell: ({ shape }) => shape.join(' × ') },
          {
            key: 'a',
            label: t('timeline:compare.norm', { letter: 'A' }),
            kind: 'number',
            cell: ({ normFirst }) => value(normFirst),
          },
          {
            key: 'b',
            label: t('timeline:compare.norm', { letter: 'B' }),
            kind: 'number',
            cell: ({ normSecond }) => value(normSecond),
          },
          {
            key: 'cosine',
            label: t('timeline:compare.cosine'),
            kind: 'number',
            cell: ({ cosine }) => value(cosine),
          },
          {
            key: 'update',
            label: t('timeline:compare.update'),
            kind: 'number',
            cell: ({ update }) => value(update),
          },
          {
            key: 'relative',
            label: t('timeline:compare.relative'),
            kind: 'number',
            cell: (tensor) => (tensor.identical ? t('timeline:compare.same') : value(tensor.relativeUpdate)),
          },
        ]}
      />
    </>
  );
}
