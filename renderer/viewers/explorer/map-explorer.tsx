import { memo, useCallback, useEffect, useMemo, useState } from 'react';
import { BrainViewer } from '../brain/brain-viewer.tsx';
import { defaultDisplay } from '../colour/range.ts';
import { thresholdKinds } from '../colour/significance.ts';
import { AboveCount } from '../controls/above-count.tsx';
import { LayerSlider } from '../controls/layer-slider.tsx';
import { MapControls } from '../controls/map-controls.tsx';
import type { SliceConvention } from '../slices/props.ts';
import { SlicesViewer } from '../slices/slices-viewer.tsx';
import type { Cursor, MapDisplay, StatLayer } from '../types.ts';
import { insideOf, layerInside } from './deep-layer.ts';
import styles from './map-explorer.module.css';
import type { MapExplorerProps } from './props.ts';
import { useAfterFrame } from './use-after-frame.ts';

/** Brain and slices with one cursor, one layer slider and one set of map controls. See props.ts. */
export const MapExplorer = memo(function MapExplorer(props: MapExplorerProps) {
  const { surface, anatomy, volume, deep, layers, quantity, unit, signed, caption } = props;
  const { onCursorChange, onLayerChange } = props;
  const [layerIndex, setLayerIndex] = useState(
    Math.min(props.initialLayer ?? 0, Math.max(0, layers.length - 1)),
  );
  const [settings, setSettings] = useState<{ of: readonly StatLayer[]; display: MapDisplay } | null>(null);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [convention, setConvention] = useState<SliceConvention>('neurological');

  // Settings belong to one set of layers; another set starts from its own range.
  const { initialThreshold } = props;
  const initial = useMemo(
    () => defaultDisplay(layers, signed, initialThreshold),
    [layers, signed, initialThreshold],
  );
  const display = settings?.of === layers ? settings.display : initial;
  const setDisplay = useCallback((next: MapDisplay) => setSettings({ of: layers, display: next }), [layers]);

  const moveCursor = useCallback(
    (next: Cursor) => {
      setCursor(next);
      onCursorChange?.(next);
    },
    [onCursorChange],
  );
  const shown = Math.min(layerIndex, layers.length - 1);
  // The brain follows the slider at once, everything beside it after that picture.
  const settledIndex = Math.min(useAfterFrame(shown), layers.length - 1);
  const settled = layers[settledIndex];
  useEffect(() => onLayerChange?.(settledIndex), [settledIndex, onLayerChange]);
  const deepLayer = useMemo(
    () => (deep === undefined || settled === undefined ? null : layerInside(deep, settled)),
    [deep, settled],
  );
  const moveInside = useCallback(
    ({ mm, voxel }: Cursor) => moveCursor({ mm, voxel: voxel === null ? null : (deep?.kept[voxel] ?? null) }),
    [moveCursor, deep],
  );
  const kinds = useMemo(() => thresholdKinds(layers), [layers]);
  if (!settled) return null;
  const map = { volume, display, quantity, unit, cursor, onCursorChange: moveCursor, caption };
  return (
    <div className={styles.explorer}>
      <div className={styles.grid} data-slices={volume.places === undefined || deep !== undefined}>
        {surface && (
          <div className={styles.brain}>
            <BrainViewer {...map} surface={surface} anatomy={anatomy} layers={layers} layerIndex={shown} />
          </div>
        )}
        {volume.places === undefined && (
          <div className={styles.slices}>
            <SlicesViewer
              {...map}
              anatomy={anatomy}
              layer={settled}
              convention={convention}
              onConventionChange={setConvention}
            />
          </div>
        )}
        {deep !== undefined && deepLayer !== null && (
          <div className={styles.slices} data-testid="deep-slices">
            <SlicesViewer
              {...map}
              volume={deep.volume}
              cursor={cursor && { mm: cursor.mm, voxel: insideOf(deep, cursor.voxel) }}
              onCursorChange={moveInside}
              anatomy={anatomy}
              layer={deepLayer}
              convention={convention}
              onConventionChange={setConvention}
            />
          </div>
        )}
        <div className={styles.slider}>
          <LayerSlider layers={layers} index={shown} onChange={setLayerIndex} />
        </div>
        <div className={styles.controls}>
          <MapControls
            display={display}
            onChange={setDisplay}
            kinds={kinds}
            quantity={quantity}
            signed={signed}
          />
          <AboveCount layer={settled} display={display} signed={signed} />
        </div>
      </div>
    </div>
  );
});
