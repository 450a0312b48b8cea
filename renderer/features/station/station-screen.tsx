import { useTranslation } from 'react-i18next';
import { sentenceOf } from '../../api/errors.ts';
import type { StationFrame } from '../../api/station-frames.ts';
import { MapPanel } from './map-panel.tsx';
import { NumbersPanel } from './numbers-panel.tsx';
import classes from './station.module.css';
import { StationActions } from './station-actions.tsx';
import { StationTop } from './station-top.tsx';
import type { LiveFrames } from './use-station.ts';

interface StationScreenProps {
  /** The frame that numbers and buttons show. */
  readonly frame: StationFrame;
  readonly live: LiveFrames;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
  /** Why nothing comes, as the page itself knows it. */
  readonly note: string | null;
  readonly onLeave: () => void;
}

/** The whole window: map, numbers, and what can be done. */
export function StationScreen({ frame, live, paused, onPause, note, onLeave }: StationScreenProps) {
  const { t } = useTranslation();
  const { view } = frame;
  const reason = note ?? (view.reason === null ? null : sentenceOf(view.reason, t));
  const trouble = view.state === 'interrupted' || view.state === 'connecting';
  return (
    <main className={classes.screen} data-testid="station-screen" aria-label={t('app:nouns.station')}>
      <StationTop view={view} paused={paused} onLeave={onLeave} />
      {trouble && (
        <div className={classes.trouble} role="alert" data-testid="station-trouble">
          {t(view.state === 'interrupted' ? 'station:interrupted' : 'station:connecting')}
          {reason !== null && ` (${reason})`}
        </div>
      )}
      {!trouble && paused && (
        <div className={classes.ended} role="status" data-testid="station-held">
          {t('station:held')}
        </div>
      )}
      {view.state === 'ended' && !paused && (
        <div className={classes.ended} role="status" data-testid="station-ended">
          {view.index < 0 && reason !== null ? reason : t('station:ended')}
        </div>
      )}
      {!trouble && view.recording?.trouble != null && (
        <div className={classes.trouble} role="alert" data-testid="station-storing">
          {t('station:storing', { reason: sentenceOf(view.recording.trouble, t) })}
        </div>
      )}
      <MapPanel frame={frame} live={live} />
      <NumbersPanel view={view} />
      <StationActions view={view} paused={paused} onPause={onPause} />
    </main>
  );
}
