import { useTranslation } from 'react-i18next';
import type { InspectedOp } from '../../../main/contract/model-inspection.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { formatNumber } from '../../components/format.ts';
import { shapeText } from './compact.ts';

/** One node: shapes, weights, and how its operations were counted. */
export function OpDetails({ op }: { op: InspectedOp }) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <Section title={op.op}>
      <FactList
        facts={[
          { label: t('models:inspect.output'), value: op.output },
          { label: t('models:inspect.shape'), value: shapeText(op.dims) },
          ...op.weights.map(({ name, dims }) => ({ label: name, value: shapeText(dims) })),
          { label: t('models:parameters'), value: number(op.parameters) },
          ...(op.factors.length > 0
            ? [{ label: 'MACs', value: `${op.factors.join(' · ')} = ${number(op.macs)}` }]
            : []),
          { label: 'FLOPs', value: op.counted ? number(op.flops) : t('models:inspect.notCounted') },
        ]}
      />
    </Section>
  );
}
