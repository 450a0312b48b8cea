import { useTranslation } from 'react-i18next';
import type { ModelInspection } from '../../../main/contract/model-inspection.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { compact } from './compact.ts';
import classes from './models.module.css';

export interface LayerListProps {
  readonly inspection: ModelInspection;
  readonly selected: string;
  readonly onSelect: (name: string) => void;
}

/** Layers from input to output; the bar is the share of the model's FLOPs. */
export function LayerList({ inspection, selected, onSelect }: LayerListProps) {
  const { t, i18n } = useTranslation();
  const most = Math.max(1, ...inspection.layers.map(({ flops }) => flops));
  return (
    <ScrollRegion className={classes.layers} aria-label={t('models:inspect.layers')} data-testid="layers">
      {inspection.layers.map((layer) => (
        <button
          key={layer.name}
          type="button"
          className={classes.layer}
          aria-pressed={layer.name === selected}
          onClick={() => onSelect(layer.name)}
          data-testid={`layer-${layer.name}`}
        >
          <span className={classes.layerName}>
            {layer.index === null
              ? t(`models:inspect.${layer.name}`, { defaultValue: layer.name })
              : layer.name}
          </span>
          <span className={classes.layerFacts}>
            {[
              t('models:inspect.parametersShort', { value: compact(layer.parameters, i18n.language) }),
              `${compact(layer.flops, i18n.language)} FLOPs`,
              ...layer.heads.map(({ count }) => t('models:inspect.heads', { count })),
            ].join(' · ')}
          </span>
          <span className={classes.bar2} aria-hidden>
            <span style={{ width: `${(100 * layer.flops) / most}%` }} />
          </span>
        </button>
      ))}
    </ScrollRegion>
  );
}
