import { Group, SegmentedControl } from '@mantine/core';
import { memo, useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { quantityLabel } from '../colour/draw-color-bar.ts';
import { formatValue } from '../colour/range.ts';
import { HelpButton } from '../controls/help-button.tsx';
import { FigureFrame } from '../figure/figure-frame.tsx';
import { voxelCsv } from '../figure/voxel-table.ts';
import type { SliceConvention, SlicesViewerProps } from './props.ts';
import { SlicesCore } from './slices-core.ts';
import { attachSlicesPointer, handleSlicesKey } from './slices-input.ts';
import styles from './slices-viewer.module.css';

const helpKeys = ['arrows', 'through', 'zoom', 'convention', 'pointer', 'help'];

/** Three orthogonal slices with linked crosshair. See props.ts; keys in slices-input.ts. */
export const SlicesViewer = memo(function SlicesViewer(props: SlicesViewerProps) {
  const {
    anatomy,
    volume,
    layer,
    display,
    quantity,
    unit,
    cursor,
    onCursorChange,
    convention,
    onConventionChange,
    caption,
  } = props;
  const { t } = useTranslation('viewers');
  const helpId = useId();
  const [help, setHelp] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const [core, setCore] = useState<SlicesCore | null>(null);
  const label = quantityLabel(quantity, unit);

  useEffect(() => {
    if (!canvas.current) return;
    const made = new SlicesCore(canvas.current);
    setCore(made);
    return () => {
      setCore(null);
      made.dispose();
    };
  }, []);
  useEffect(() => core?.setVolumes(anatomy, volume), [core, anatomy, volume]);
  useEffect(() => core?.setMap(layer, display, label), [core, layer, display, label]);
  useEffect(() => core?.setConvention(convention), [core, convention]);
  useEffect(() => {
    if (cursor) core?.setCursor(cursor.mm);
  }, [core, anatomy, volume, cursor]);
  useEffect(() => {
    const element = stage.current;
    if (!element || !core) return;
    const observer = new ResizeObserver(() => core.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [core]);

  const describe = useCallback(
    (reading: ReturnType<SlicesCore['at']>) =>
      `${quantity} ${Number.isNaN(reading.value) ? t('readout.none') : formatValue(reading.value)}${unit ? ` ${unit}` : ''}   ${reading.cursor.mm
        .map((mm, axis) => `${'xyz'[axis]} ${formatValue(Number(mm.toFixed(1)), 4)}`)
        .join('  ')} mm`,
    [quantity, unit, t],
  );
  useEffect(() => {
    if (!stage.current || !core) return;
    const write = (text: string) => {
      if (readout.current) readout.current.textContent = text;
    };
    return attachSlicesPointer(stage.current, core, {
      onHover: (reading) => write(reading ? describe(reading) : ''),
      onCursor: onCursorChange,
    });
  }, [core, describe, onCursorChange]);

  const behind = anatomy?.spaceName ?? volume.spaceName;
  const space =
    behind === volume.spaceName || behind.startsWith(`${volume.spaceName} (`)
      ? t('space.same', { space: behind })
      : t('space.behind', { anatomy: behind, map: volume.spaceName });
  const notes = [space, ...(caption ? [caption] : [])];
  return (
    <FigureFrame
      title={t('slices.title', { layer: layer.label })}
      caption={notes.join(' · ')}
      exports={{
        png: (scale) => {
          if (!core) throw new Error('The slices are not drawn.');
          return core.picture(scale, notes);
        },
        csv: () => voxelCsv(volume, layer, quantity),
      }}
    >
      <div className={styles.stage}>
        <div
          ref={stage}
          className={styles.field}
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: role application takes keys and must be reachable
          tabIndex={0}
          aria-label={t('slices.name', { layer: layer.label })}
          aria-describedby={helpId}
          onKeyDown={(event) => {
            if (!core || event.ctrlKey || event.metaKey || event.altKey) return;
            const flip = () =>
              onConventionChange(convention === 'neurological' ? 'radiological' : 'neurological');
            const asksHelp = event.key === '?' || event.key === 'h';
            if (asksHelp) setHelp(true);
            else if (!handleSlicesKey(core, event, onCursorChange, flip)) return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <canvas ref={canvas} className={styles.canvas} />
        </div>
      </div>
      <Group gap={8} className={styles.foot} wrap="nowrap">
        <ConventionSwitch value={convention} onChange={onConventionChange} />
        <span ref={readout} className={styles.readout} />
        <HelpButton
          id={helpId}
          title={t('slices.help.title')}
          scope="slices"
          opened={help}
          onOpenedChange={setHelp}
          keys={helpKeys}
        />
      </Group>
    </FigureFrame>
  );
});

const ConventionSwitch = memo(function ConventionSwitch(props: {
  value: SliceConvention;
  onChange: (convention: SliceConvention) => void;
}) {
  const { t } = useTranslation('viewers');
  return (
    <SegmentedControl
      size="xs"
      value={props.value}
      onChange={(value) => props.onChange(value === 'radiological' ? 'radiological' : 'neurological')}
      data={[
        { value: 'neurological', label: t('slices.neurological') },
        { value: 'radiological', label: t('slices.radiological') },
      ]}
      aria-label={t('slices.convention')}
    />
  );
});
