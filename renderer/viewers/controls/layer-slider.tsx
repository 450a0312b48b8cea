import { Slider } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StatLayer } from '../types.ts';
import styles from './controls.module.css';

export interface LayerSliderProps {
  readonly layers: readonly StatLayer[];
  readonly index: number;
  readonly onChange: (index: number) => void;
}

/** Walks through the layers; every step redraws the map, also while dragging. */
export function LayerSlider({ layers, index, onChange }: LayerSliderProps) {
  const { t } = useTranslation('viewers');
  if (layers.length < 2) return null;
  const name = layers[index]?.label ?? '';
  return (
    <div className={styles.layer}>
      <span className={styles.layerName}>
        {t('controls.layerOf', { name, at: index + 1, count: layers.length })}
      </span>
      <Slider
        className={styles.grow}
        size="sm"
        min={0}
        max={layers.length - 1}
        step={1}
        value={index}
        onChange={onChange}
        label={null}
        thumbLabel={t('controls.layer')}
        thumbProps={{ 'aria-valuetext': name }}
        marks={layers.length <= 30 ? layers.map((_, value) => ({ value })) : []}
      />
    </div>
  );
}
