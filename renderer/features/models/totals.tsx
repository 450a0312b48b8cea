import { useTranslation } from 'react-i18next';
import type { ModelInspection } from '../../../main/contract/model-inspection.ts';
import { DataTable } from '../../components/data-table.tsx';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatNumber } from '../../components/format.ts';
import { compact } from './compact.ts';
import classes from './models.module.css';

/** The whole model, then by operator, then what could not be counted. */
export function Totals({ inspection }: { inspection: ModelInspection }) {
  const { t, i18n } = useTranslation();
  const { total, convolutions, byOp, uncounted } = inspection;
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <>
      <Section title={t('models:inspect.total')}>
        <FactList
          facts={[
            { label: t('models:parameters'), value: number(total.parameters), testId: 'total-parameters' },
            { label: 'MACs', value: number(total.macs), testId: 'total-macs' },
            { label: 'FLOPs', value: number(total.flops), testId: 'total-flops' },
            ...(convolutions.macs > 0
              ? [
                  { label: t('models:inspect.convParameters'), value: number(convolutions.parameters) },
                  { label: t('models:inspect.convMacs'), value: number(convolutions.macs) },
                ]
              : []),
          ]}
        />
        <p className={classes.muted}>{t('models:inspect.convention')}</p>
      </Section>
      <Section title={t('models:inspect.byOp')}>
        <DataTable
          label={t('models:inspect.byOp')}
          rows={byOp.filter(({ parameters, flops }) => parameters + flops > 0)}
          rowKey={({ op }) => op}
          columns={[
            { key: 'op', label: t('models:inspect.operator'), cell: ({ op, nodes }) => `${op} × ${nodes}` },
            {
              key: 'parameters',
              label: t('models:inspect.parametersHead'),
              kind: 'number',
              cell: ({ parameters }) => compact(parameters, i18n.language),
            },
            {
              key: 'flops',
              label: 'FLOPs',
              kind: 'number',
              cell: ({ flops }) => compact(flops, i18n.language),
            },
          ]}
        />
      </Section>
      {uncounted.length > 0 && (
        <Section title={t('models:inspect.uncounted')}>
          <ul className={classes.list}>
            {uncounted.map(({ op, nodes, why, detail }) => (
              <li key={`${op} ${why} ${detail}`}>
                {`${op} × ${nodes}: ${t(`models:inspect.why.${why}`, { detail })}`}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
