import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconMinus, IconPlus, IconRotate2, IconTopologyStar3 } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StationFrame } from '../../api/station-frames.ts';
import { formatSignificant } from '../../components/format.ts';
import { LiveMap, MODES, type Mode } from './live-map.tsx';
import classes from './station.module.css';
import { useScale } from './use-scale.ts';
import type { LiveFrames } from './use-station.ts';

/** The pressure as a picture, its scale, and how it is shown. */
export function MapPanel({ frame, live }: { frame: StationFrame; live: LiveFrames }) {
  const { t, i18n } = useTranslation();
  const { view, values, risk } = frame;
  const [mode, setMode] = useState<Mode>('smooth');
  const [lying, setLying] = useState(false);
  const [withPoints, setWithPoints] = useState(true);
  const [cell, setCell] = useState<{ row: number; col: number } | null>(null);
  const onRisk = mode === 'risk';
  const shown = onRisk ? risk : values;
  const unit = onRisk ? `${view.unit} · min` : view.unit;
  const scale = useScale(shown, mode);
  const label = t('station:mapLabel', { rows: view.rows, cols: view.cols });
  const text = (value: number) => `${formatSignificant(value, i18n.language)} ${unit}`;
  return (
    <section className={classes.map} aria-label={label}>
      <LiveMap
        live={live}
        mode={mode}
        full={scale.full}
        lying={lying}
        withPoints={withPoints}
        onCell={setCell}
      />
      <div className={classes.scale}>
        <span>0</span>
        <div className={classes.ramp}>
          <span className={classes.reading} data-testid="station-reading">
            {cell !== null &&
              t('station:reading', {
                row: cell.row + 1,
                col: cell.col + 1,
                value: text(shown[cell.row * view.cols + cell.col] ?? 0),
              })}
          </span>
        </div>
        <span data-testid="station-full">{text(Number(scale.full.toPrecision(3)))}</span>
        <span className={`${classes.tools} ${classes.noPrint}`}>
          <Tool label={t('station:scaleDown')} onClick={() => scale.set(scale.full / 1.25)}>
            <IconMinus />
          </Tool>
          <Tool label={t('station:scaleUp')} onClick={() => scale.set(scale.full * 1.25)}>
            <IconPlus />
          </Tool>
          <Tool label={t('station:scaleAuto')} pressed={!scale.fixed} onClick={() => scale.set(null)}>
            {t('station:auto')}
          </Tool>
        </span>
      </div>
      <div className={`${classes.modes} ${classes.noPrint}`}>
        <SegmentedControl
          className={classes.segments}
          fullWidth
          value={mode}
          onChange={(next) => setMode(MODES.find((one) => one === next) ?? 'smooth')}
          data={MODES.map((one) => ({ value: one, label: t(`station:mode.${one}`) }))}
          aria-label={t('station:view')}
          data-testid="station-mode"
        />
        <Tool
          label={t('station:lying')}
          pressed={lying}
          onClick={() => setLying(!lying)}
          testId="station-lying"
        >
          <IconRotate2 />
        </Tool>
        {view.keypoints.length > 0 && (
          <Tool
            label={t('station:showPoints')}
            pressed={withPoints}
            onClick={() => setWithPoints(!withPoints)}
            testId="station-points"
          >
            <IconTopologyStar3 />
          </Tool>
        )}
      </div>
    </section>
  );
}

interface ToolProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}

function Tool({ label, onClick, pressed, testId, children }: ToolProps) {
  return (
    <ActionIcon
      className={classes.tool}
      variant={pressed ? 'filled' : 'default'}
      color={pressed ? 'accent' : 'gray'}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
      data-testid={testId}
    >
      {children}
    </ActionIcon>
  );
}
