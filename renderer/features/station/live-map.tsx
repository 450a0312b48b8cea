import { lazy, Suspense, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { MapStyle } from '../../viewers/pressure/draw-map.ts';
import { PressureMap } from '../../viewers/pressure/pressure-map.tsx';
import type { LiveFrames } from './use-station.ts';

/** three.js is large; it is fetched when the relief is first looked at. */
const PressureRelief = lazy(() =>
  import('../../viewers/pressure/pressure-relief.tsx').then((module) => ({ default: module.PressureRelief })),
);

export const MODES = ['cells', 'smooth', 'isobars', 'relief', 'risk'] as const;
export type Mode = (typeof MODES)[number];

interface LiveMapProps {
  readonly live: LiveFrames;
  readonly mode: Mode;
  /** Value that is shown in the last colour. */
  readonly full: number;
  readonly lying: boolean;
  readonly withPoints: boolean;
  readonly onCell: (cell: { row: number; col: number } | null) => void;
}

/** The picture alone, which follows every frame; all around it follows more calmly. */
export function LiveMap({ live, mode, full, lying, withPoints, onCell }: LiveMapProps) {
  const { t } = useTranslation();
  const frame = useSyncExternalStore(live.subscribe, live.newest);
  const onRisk = mode === 'risk';
  const style: MapStyle = mode === 'cells' || mode === 'isobars' ? mode : 'smooth';
  const picture = useMemo(() => {
    if (frame === null) return null;
    const { view, values, risk } = frame;
    return {
      values: onRisk ? risk : values,
      rows: view.rows,
      cols: view.cols,
      full,
      style,
      aspect: view.cell === null ? 1 : view.cell.height / view.cell.width,
      lying,
      keypoints: onRisk || !withPoints ? [] : view.keypoints,
      edges: onRisk || !withPoints ? [] : view.edges,
      path: onRisk ? [] : (view.sway?.path ?? view.path),
      outline: onRisk ? [] : (view.sway?.outline ?? []),
    };
  }, [frame, full, style, lying, onRisk, withPoints]);
  if (picture === null) return null;
  const { values, rows, cols, aspect, keypoints } = picture;
  const label = t('station:mapLabel', { rows, cols });
  if (mode !== 'relief') return <PressureMap label={label} picture={picture} onCell={onCell} />;
  return (
    <Suspense fallback={<div />}>
      <PressureRelief
        values={values}
        rows={rows}
        cols={cols}
        full={full}
        aspect={aspect}
        keypoints={keypoints}
        label={label}
      />
    </Suspense>
  );
}
