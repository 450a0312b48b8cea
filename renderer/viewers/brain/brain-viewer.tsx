import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ColorBar } from '../colour/color-bar.tsx';
import { quantityLabel } from '../colour/draw-color-bar.ts';
import { formatValue } from '../colour/range.ts';
import { HelpButton } from '../controls/help-button.tsx';
import { FigureFrame } from '../figure/figure-frame.tsx';
import { voxelCsv } from '../figure/voxel-table.ts';
import type { Cursor } from '../types.ts';
import { BrainCore } from './brain-core.ts';
import { attachBrainPointer, handleBrainKey } from './brain-input.ts';
import { barWidth, composeBrainPicture, pictureLooks, surfaceGrey } from './brain-picture.ts';
import styles from './brain-viewer.module.css';
import { cameraAxes, edgeLabels } from './camera.ts';
import type { BrainTimings, BrainViewerProps } from './props.ts';
import { publishTimings } from './timings.ts';
import { InflationSlider, ViewButtons } from './view-buttons.tsx';

const helpKeys = ['arrows', 'shiftArrows', 'zoom', 'views', 'reset', 'pointer', 'help'];

/** The cortical surface with a map on it. See props.ts; keys in brain-input.ts. */
export function BrainViewer(props: BrainViewerProps) {
  const {
    surface,
    anatomy,
    volume,
    layers,
    layerIndex,
    display,
    quantity,
    unit,
    cursor,
    onCursorChange,
    caption,
  } = props;
  const { t } = useTranslation('viewers');
  const look = pictureLooks[useComputedColorScheme('dark')];
  const reducedMotion = useReducedMotion();
  const helpId = useId();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const edges = {
    left: useRef<HTMLSpanElement>(null),
    right: useRef<HTMLSpanElement>(null),
    top: useRef<HTMLSpanElement>(null),
    bottom: useRef<HTMLSpanElement>(null),
  };
  const edgeRefs = useRef(edges);
  const [core, setCore] = useState<BrainCore | null>(null);
  const [trouble, setTrouble] = useState<'webgl' | 'context-lost' | null>(null);
  const [help, setHelp] = useState(false);
  const [morph, setMorph] = useState(0);
  const layer = layers[layerIndex];
  const label = quantityLabel(quantity, unit);

  useEffect(() => {
    if (!canvas.current) return;
    let made: BrainCore;
    const onDrawn = (timings: BrainTimings, axes: Parameters<typeof edgeLabels>[0]) => {
      publishTimings(timings);
      const names = edgeLabels(axes);
      for (const side of ['left', 'right', 'top', 'bottom'] as const) {
        const element = edgeRefs.current[side].current;
        if (element && element.textContent !== names[side]) element.textContent = names[side];
      }
    };
    try {
      made = new BrainCore(canvas.current, {
        onDrawn,
        onContextLost: () => setTrouble('context-lost'),
        onContextRestored: () => setTrouble(null),
      });
    } catch {
      setTrouble('webgl');
      return;
    }
    setCore(made);
    return () => {
      setCore(null);
      made.dispose();
    };
    // Made once a mount: two cores on one canvas would share its graphics context and upset each other.
  }, []);
  useEffect(() => core?.setReducedMotion(reducedMotion), [core, reducedMotion]);

  useEffect(() => core?.setSurface(surface), [core, surface]);
  useEffect(() => core?.setVolume(volume, display.sampling), [core, surface, volume, display.sampling]);
  const section = anatomy?.spaceName === surface.spaceName ? anatomy : null;
  useEffect(() => core?.setAnatomy(section), [core, surface, section]);
  useEffect(() => core?.setLayers(layers), [core, surface, volume, display.sampling, layers]);
  useEffect(() => core?.setDisplay(display), [core, display]);
  useEffect(() => {
    if (layer) core?.showLayer(layer);
  }, [core, surface, volume, display.sampling, layer]);
  useEffect(() => core?.setCursor(cursor), [core, surface, cursor]);
  useEffect(() => core?.setMorph(morph), [core, surface, morph]);

  useEffect(() => {
    const element = stage.current;
    if (!element || !core) return;
    const observer = new ResizeObserver(() => core.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [core]);

  const describe = useCallback(
    (value: number, place: Cursor) =>
      `${quantity} ${Number.isNaN(value) ? t('readout.none') : formatValue(value)}${unit ? ` ${unit}` : ''}   ${place.mm
        .map((mm, axis) => `${'xyz'[axis]} ${formatValue(Number(mm.toFixed(1)), 4)}`)
        .join('  ')} mm`,
    [quantity, unit, t],
  );

  useEffect(() => {
    if (!stage.current || !core) return;
    let frame = 0;
    const write = (text: string) => {
      if (readout.current) readout.current.textContent = text;
    };
    const detach = attachBrainPointer(stage.current, core, {
      onHover: (x, y) => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => {
          const reading = core.read(x, y);
          write(reading ? `${describe(reading.value, reading.cursor)}   ${reading.region}` : '');
        });
      },
      onLeave: () => {
        cancelAnimationFrame(frame);
        write('');
      },
      onClick: (x, y) => {
        const reading = core.read(x, y);
        if (reading) onCursorChange(reading.cursor);
      },
    });
    return () => {
      cancelAnimationFrame(frame);
      detach();
    };
  }, [core, describe, onCursorChange]);

  const spaces =
    surface.spaceName === volume.spaceName
      ? t('space.same', { space: volume.spaceName })
      : t('space.differ', { surface: surface.spaceName, map: volume.spaceName });
  const notes = [spaces, ...(caption ? [caption] : [])];
  const chosen =
    cursor && layer ? describe(cursor.voxel === null ? Number.NaN : layer.values[cursor.voxel], cursor) : '';

  const picture = (scale: number) => {
    const element = stage.current;
    if (!core || !element) throw new Error('The brain is not drawn.');
    return composeBrainPicture({
      snapshot: core.snapshot(scale),
      width: element.clientWidth,
      height: element.clientHeight,
      barWidth,
      edges: edgeLabels(cameraAxes(core.camera)),
      display,
      label,
      notes,
      look,
    });
  };

  return (
    <FigureFrame
      title={layer ? `${quantity}, ${layer.label}` : quantity}
      exports={{ png: picture, csv: () => (layer ? voxelCsv(volume, layer, quantity) : '') }}
      tools={surface.inflated && <InflationSlider value={morph} onChange={setMorph} />}
    >
      <div className={styles.layout} style={{ background: look.background, color: look.ink }}>
        <div
          ref={stage}
          className={styles.stage}
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: role application takes keys and must be reachable
          tabIndex={0}
          aria-label={t('brain.name', { layer: layer?.label ?? '' })}
          aria-describedby={helpId}
          onKeyDown={(event) => {
            if (!core || event.ctrlKey || event.metaKey || event.altKey) return;
            const asksHelp = event.key === '?' || event.key === 'h';
            if (asksHelp) setHelp(true);
            else if (!handleBrainKey(core, event)) return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <canvas ref={canvas} className={styles.canvas} />
          {(['left', 'right', 'top', 'bottom'] as const).map((side) => (
            <span
              key={side}
              ref={edges[side]}
              className={`${styles.edge} ${styles[side]}`}
              aria-hidden="true"
            />
          ))}
          <div className={styles.notes}>
            {notes.map((note) => (
              <div key={note}>{note}</div>
            ))}
          </div>
          <div ref={readout} className={styles.readout} />
          <div className={styles.chosen} role="status">
            {chosen}
          </div>
          {trouble && (
            <div role="alert" className={styles.trouble}>
              {t(`brain.trouble.${trouble}`)}
            </div>
          )}
        </div>
        <div className={styles.bar}>
          <ColorBar
            display={display}
            label={label}
            ink={look.ink}
            under={surfaceGrey}
            width={barWidth - 4}
            height={230}
            name={t('colorBar')}
          />
        </div>
      </div>
      <div className={styles.foot}>
        <ViewButtons core={core} />
        <HelpButton
          id={helpId}
          title={t('brain.help.title')}
          opened={help}
          onOpenedChange={setHelp}
          scope="brain"
          keys={helpKeys}
        />
      </div>
    </FigureFrame>
  );
}
