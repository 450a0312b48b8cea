import { Checkbox, NumberInput, SegmentedControl, Select, Slider } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { divergingColorMaps, isDiverging, sequentialColorMaps } from '../colour/color-map.ts';
import type { BelowThreshold, ColorMapName, MapDisplay, Threshold, ThresholdKind } from '../types.ts';
import styles from './controls.module.css';

export interface MapControlsProps {
  readonly display: MapDisplay;
  readonly onChange: (display: MapDisplay) => void;
  /** Kinds of threshold the layers have numbers for. */
  readonly kinds: readonly ThresholdKind[];
  readonly quantity: string;
  /** Whether the map has negative values at all. */
  readonly signed: boolean;
}

/** Colour map, range, thresholds, what happens below them, opacity and sampling; everything by keyboard. */
export const MapControls = memo(function MapControls({
  display,
  onChange,
  kinds,
  quantity,
  signed,
}: MapControlsProps) {
  const { t } = useTranslation('viewers');
  const set = (change: Partial<MapDisplay>) => onChange({ ...display, ...change });
  const { threshold } = display;
  const diverging = isDiverging(display.colorMap);
  return (
    <fieldset className={styles.controls} aria-label={t('controls.name')}>
      <Row label={t('controls.colorMap')}>
        <Select
          size="xs"
          aria-label={t('controls.colorMap')}
          allowDeselect={false}
          value={display.colorMap}
          data={[
            { group: t('controls.diverging'), items: [...divergingColorMaps] },
            { group: t('controls.sequential'), items: [...sequentialColorMaps] },
          ]}
          onChange={(value) => value && set(withColorMap(display, value))}
        />
      </Row>
      <Row label={t('controls.range', { quantity })}>
        {!diverging && (
          <Field
            label={t('controls.low')}
            value={display.range[0]}
            onChange={(low) => low < display.range[1] && set({ range: [low, display.range[1]] })}
          />
        )}
        <Field
          label={diverging ? t('controls.limit') : t('controls.high')}
          value={display.range[1]}
          prefix={diverging ? '± ' : ''}
          onChange={(high) => {
            if (diverging && high > 0) set({ range: [-high, high] });
            if (!diverging && high > display.range[0]) set({ range: [display.range[0], high] });
          }}
        />
      </Row>
      <Row label={t('controls.threshold')}>
        <SegmentedControl
          size="xs"
          aria-label={t('controls.threshold')}
          value={threshold.kind}
          data={kinds.map((kind) => ({ value: kind, label: t(`controls.kind.${kind}`) }))}
          onChange={(kind) =>
            set({ threshold: startThreshold(kind === 'p' || kind === 'fdr' ? kind : 'value', threshold) })
          }
        />
      </Row>
      <SignRow sign="positive" display={display} set={set} />
      {signed && <SignRow sign="negative" display={display} set={set} />}
      <Row label={t('controls.below')}>
        <SegmentedControl
          size="xs"
          aria-label={t('controls.below')}
          value={display.below}
          data={(['hide', 'translucent', 'show'] as const).map((below) => ({
            value: below,
            label: t(`controls.style.${below}`),
          }))}
          onChange={(below) => set({ below: asBelow(below) })}
        />
      </Row>
      <Row label={t('controls.opacity')}>
        <Slider
          className={styles.grow}
          size="xs"
          min={0}
          max={1}
          step={0.05}
          value={display.opacity}
          label={null}
          thumbLabel={t('controls.opacity')}
          onChange={(opacity) => set({ opacity })}
        />
      </Row>
      <Row label={t('controls.sampling')}>
        <SegmentedControl
          size="xs"
          aria-label={t('controls.sampling')}
          value={display.sampling}
          data={(['trilinear', 'nearest'] as const).map((sampling) => ({
            value: sampling,
            label: t(`controls.sample.${sampling}`),
          }))}
          onChange={(sampling) => set({ sampling: sampling === 'nearest' ? 'nearest' : 'trilinear' })}
        />
      </Row>
    </fieldset>
  );
});

function SignRow({
  sign,
  display,
  set,
}: {
  sign: 'positive' | 'negative';
  display: MapDisplay;
  set: (change: Partial<MapDisplay>) => void;
}) {
  const { t } = useTranslation('viewers');
  const { threshold } = display;
  const limit = threshold[sign];
  const change = (value: number | null) => set({ threshold: { ...threshold, [sign]: value } });
  const symbol = { value: sign === 'positive' ? '≥ ' : '≤ \u2212', p: 'p ≤ ', fdr: 'q ≤ ' }[threshold.kind];
  return (
    <Row label={t(`controls.${sign}`)}>
      <Checkbox
        size="xs"
        aria-label={t(`controls.${sign}Shown`)}
        checked={limit !== null}
        onChange={(event) => change(event.currentTarget.checked ? defaultLimit(threshold.kind) : null)}
      />
      {limit !== null && (
        <Field
          label={t(`controls.${sign}Limit`)}
          value={limit}
          prefix={symbol}
          onChange={(value) => value >= 0 && change(value)}
        />
      )}
    </Row>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      {children}
    </div>
  );
}

function Field({
  label,
  value,
  prefix = '',
  onChange,
}: {
  label: string;
  value: number;
  prefix?: string;
  onChange: (value: number) => void;
}) {
  return (
    <NumberInput
      className={styles.field}
      size="xs"
      aria-label={label}
      value={value}
      prefix={prefix}
      step={value === 0 ? 0.01 : 10 ** Math.floor(Math.log10(Math.abs(value)) - 0.3)}
      decimalScale={6}
      onChange={(next) => {
        if (typeof next === 'number' && Number.isFinite(next)) onChange(next);
      }}
    />
  );
}

function defaultLimit(kind: ThresholdKind): number {
  return { value: 0, p: 0.001, fdr: 0.05 }[kind];
}

/** Another kind keeps which signs are shown and takes that kind's usual limit. */
function startThreshold(kind: ThresholdKind, before: Threshold): Threshold {
  const limit = (old: number | null) => (old === null ? null : defaultLimit(kind));
  return { kind, positive: limit(before.positive), negative: limit(before.negative) };
}

/** Changing between diverging and sequential maps keeps the upper end and moves the lower one. */
function withColorMap(display: MapDisplay, name: string): Partial<MapDisplay> {
  const colorMap = [...divergingColorMaps, ...sequentialColorMaps].find(
    (known): known is ColorMapName => known === name,
  );
  if (!colorMap || isDiverging(colorMap) === isDiverging(display.colorMap))
    return colorMap ? { colorMap } : {};
  const high = Math.max(Math.abs(display.range[0]), Math.abs(display.range[1]));
  return { colorMap, range: isDiverging(colorMap) ? [-high, high] : [0, high] };
}

function asBelow(value: string): BelowThreshold {
  return value === 'hide' || value === 'show' ? value : 'translucent';
}
