import { memo, useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { significanceOf } from '../colour/significance.ts';
import { countAbove } from '../colour/threshold.ts';
import type { MapDisplay, StatLayer } from '../types.ts';
import styles from './controls.module.css';

/** How many voxels of the layer are above threshold; counted after the map itself has changed. */
export const AboveCount = memo(function AboveCount(props: {
  layer: StatLayer;
  display: MapDisplay;
  signed: boolean;
}) {
  const { t, i18n } = useTranslation('viewers');
  const layer = useDeferredValue(props.layer);
  const display = useDeferredValue(props.display);
  const above = useMemo(
    () => countAbove(display, layer.values, significanceOf(layer, display.threshold.kind)),
    [display, layer],
  );
  const format = new Intl.NumberFormat(i18n.language).format;
  return (
    <div className={styles.above} role="status">
      {t(props.signed ? 'controls.aboveSigned' : 'controls.above', {
        positive: format(above.positive),
        negative: format(above.negative),
        total: format(layer.values.length),
      })}
    </div>
  );
});
