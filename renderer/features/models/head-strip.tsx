import { useTranslation } from 'react-i18next';
import type { InspectedLayer } from '../../../main/contract/model-inspection.ts';
import { compact } from './compact.ts';
import classes from './models.module.css';

/** The heads of a layer, one cell each, and what one head does. */
export function HeadStrip({ heads }: { heads: InspectedLayer['heads'][number] }) {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.heads} data-testid="heads">
      <span>{t('models:inspect.heads', { count: heads.count })}</span>
      <span className={classes.headCells} aria-hidden>
        {Array.from({ length: heads.count }, (_, head) => (
          <span key={`head-${head + 1}`} className={classes.head}>
            {head}
          </span>
        ))}
      </span>
      <span className={classes.muted}>
        {t('models:inspect.perHead', {
          queries: heads.map[0],
          keys: heads.map[1],
          macs: compact(heads.macsPerHead, i18n.language),
          flops: compact(heads.flopsPerHead, i18n.language),
        })}
      </span>
    </div>
  );
}
