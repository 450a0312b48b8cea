import { useTranslation } from 'react-i18next';
import type { ModelCertificate } from '../../../main/contract/models.ts';
import { DataTable } from '../../components/data-table.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';

const small = (value: number) => value.toExponential(1).replace('-', '\u2212');

/** Largest differences from the reference, array by array. */
export function CertificateTable({ certificate }: { certificate: ModelCertificate }) {
  const { t } = useTranslation();
  return (
    <>
      <p data-testid="certificate">
        {t(`models:certificate.${certificate.passes ? 'passesText' : 'differsText'}`, {
          tolerance: certificate.tolerance,
        })}
      </p>
      <ScrollRegion aria-label={t('models:certificate.title')} style={{ maxHeight: 240, overflow: 'auto' }}>
        <DataTable
          label={t('models:certificate.title')}
          rows={certificate.rows}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', label: t('models:certificate.array'), cell: ({ name }) => name },
            {
              key: 'difference',
              label: t('models:certificate.difference'),
              kind: 'number',
              cell: ({ largestDifference }) => small(largestDifference),
            },
          ]}
        />
      </ScrollRegion>
    </>
  );
}
