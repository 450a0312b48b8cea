import { Button, SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StationFrame } from '../../api/station-frames.ts';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import type { MapStyle } from '../../viewers/pressure/draw-map.ts';
import { PressureMap } from '../../viewers/pressure/pressure-map.tsx';
import { NumbersPanel } from './numbers-panel.tsx';
import classes from './station.module.css';
import { StationActions } from './station-actions.tsx';

/** three.js is large; it is fetched when the relief is first looked at. */
const PressureRelief = lazy(() =>
  import('../../viewers/pressure/pressure-relief.tsx').then((module) => ({ default: module.PressureRelief })),
);

const MODES = ['cells', 'smooth', 'isobars', 'relief', 'risk'] as const;
type Mode = (typeof MODES)[number];

interface StationScreenProps {
  readonly frame: StationFrame;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
  readonly onLeave: () => void;
}

/** Cells that may lie above the scale: single hot cells would leave no colours for the rest. */
const ABOVE = 4;

/** The highest value but for a few cells. */
function nearPeak(values: Float32Array): number {
  return values.slice().sort()[Math.max(0, values.length - 1 - ABOVE)];
}

/** The whole window: map, numbers, and what can be done. Printed, it is the report of one page. */
export function StationScreen({ frame, paused, onPause, onLeave }: StationScreenProps) {
  const { t, i18n } = useTranslation();
  const { view, values, risk } = frame;
  const [mode, setMode] = useState<Mode>('smooth');
  const [full, setFull] = useState(0);
  const shown = mode === 'risk' ? risk : values;
  const peak = useMemo(() => nearPeak(shown), [shown]);
  // The scale grows with the highest pressure seen and stays: colours must mean the same from frame to frame.
  if (mode !== 'risk' && peak > full) setFull(peak);
  const scale = mode === 'risk' ? peak : full;
  const style: MapStyle = mode === 'cells' || mode === 'isobars' ? mode : 'smooth';
  const overlays = mode !== 'risk';
  const label = t('station:mapLabel', { rows: view.rows, cols: view.cols });
  const trouble = view.state === 'interrupted' || view.state === 'connecting';
  return (
    <main className={classes.screen} data-testid="station-screen" aria-label={t('app:nouns.station')}>
      <header className={classes.top}>
        <h1 className={classes.device}>{view.device}</h1>
        {view.simulated && <SimulatedBadge />}
        <span className={classes.state} data-state={view.state} data-testid="station-state">
          {t(`station:state.${paused ? 'paused' : view.state}`)}
        </span>
        <span className={classes.printed}>
          {new Intl.DateTimeFormat(i18n.language, { dateStyle: 'long', timeStyle: 'short' }).format(
            new Date(),
          )}
        </span>
        <span className={classes.medical}>{t('station:notMedical')}</span>
        <Button
          variant="default"
          size="md"
          onClick={onLeave}
          className={classes.noPrint}
          data-testid="station-leave"
        >
          {t('station:leave')}
        </Button>
      </header>
      {trouble && (
        <div className={classes.trouble} role="alert" data-testid="station-trouble">
          {t(view.state === 'interrupted' ? 'station:interrupted' : 'station:connecting')}
          {view.reason !== null && ` (${view.reason})`}
        </div>
      )}
      {view.state === 'ended' && (
        <div className={classes.ended} role="status" data-testid="station-ended">
          {view.index < 0 && view.reason !== null ? view.reason : t('station:ended')}
        </div>
      )}
      <section className={classes.map}>
        {mode === 'relief' ? (
          <Suspense fallback={null}>
            <PressureRelief values={values} rows={view.rows} cols={view.cols} full={scale} label={label} />
          </Suspense>
        ) : (
          <PressureMap
            label={label}
            picture={{
              values: shown,
              rows: view.rows,
              cols: view.cols,
              full: scale,
              style,
              keypoints: overlays ? view.keypoints : [],
              edges: overlays ? view.edges : [],
              path: overlays ? view.path : [],
            }}
          />
        )}
        <div className={classes.scale}>
          <span>0</span>
          <div className={classes.ramp} />
          <span data-testid="station-full">
            {new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 3 }).format(scale)} {view.unit}
            {mode === 'risk' ? ' · min' : ''}
          </span>
        </div>
        <SegmentedControl
          className={classes.noPrint}
          size="lg"
          value={mode}
          onChange={(next) => setMode(MODES.find((one) => one === next) ?? 'smooth')}
          data={MODES.map((one) => ({ value: one, label: t(`station:mode.${one}`) }))}
          data-testid="station-mode"
        />
      </section>
      <NumbersPanel view={view} />
      <StationActions view={view} paused={paused} onPause={onPause} />
    </main>
  );
}
