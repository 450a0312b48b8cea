import { Button, Slider } from '@mantine/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { BrainCore } from './brain-core.ts';
import { viewOrder } from './brain-input.ts';
import styles from './brain-viewer.module.css';

/** One button per named view; the tooltip is its key. */
export const ViewButtons = memo(function ViewButtons({ core }: { core: BrainCore | null }) {
  const { t } = useTranslation('viewers');
  return (
    <fieldset className={styles.views} aria-label={t('brain.views')}>
      {viewOrder.map((view, at) => (
        <Button
          key={view}
          size="compact-xs"
          variant="subtle"
          color="gray"
          title={String(at + 1)}
          onClick={() => core?.setView(view)}
        >
          {t(`brain.view.${view}`)}
        </Button>
      ))}
    </fieldset>
  );
});

/** From the anatomical shape (0) to the inflated one (1). */
export const InflationSlider = memo(function InflationSlider(props: {
  value: number;
  onChange: (value: number) => void;
}) {
  const { t } = useTranslation('viewers');
  return (
    <>
      <span className={styles.toolName} aria-hidden="true">
        {t('brain.inflation')}
      </span>
      <Slider
        className={styles.morph}
        size="xs"
        min={0}
        max={1}
        step={0.02}
        value={props.value}
        onChange={props.onChange}
        label={null}
        thumbLabel={t('brain.inflation')}
      />
    </>
  );
});
