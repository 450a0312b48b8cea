import { ActionIcon, Slider } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatValue } from '../colour/range.ts';
import styles from './frame-player.module.css';
import { frameSize, paintFrame } from './paint-frame.ts';

export interface PlayerFrame {
  readonly index: number;
  readonly seconds: number | null;
  readonly values: readonly (number | null)[];
  readonly corrupt: boolean;
  /** Centre of pressure in cells from the left and upper edge; null where there is none. */
  readonly centre: readonly [number, number] | null;
}

export interface FramePlayerProps {
  readonly rows: number;
  readonly cols: number;
  /** Width of a cell over its height. */
  readonly aspect: number;
  readonly unit: string;
  readonly frames: readonly PlayerFrame[];
  readonly highest: number;
  /** Place in `frames` that is shown first. */
  readonly first: number;
  /** Names of sensors, at rows and columns in cells from the upper left edge. */
  readonly labels: readonly { readonly text: string; readonly row: number; readonly col: number }[];
  readonly hotCells: readonly number[];
  readonly deadCells: readonly number[];
}

const box = { width: 340, height: 420 };
const framesPerSecond = 12;

/**
 * Pressure frames as a heat map that can be played: space plays and stops, arrow keys step. The white dot is the
 * centre of pressure; crosses are cells that seem stuck high, rings cells that seem dead.
 */
export function FramePlayer(props: FramePlayerProps) {
  const { rows, cols, aspect, unit, frames, highest, first, labels } = props;
  const { t } = useTranslation('viewers');
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState(first);
  const [playing, setPlaying] = useState(false);
  const [hover, setHover] = useState<number | null>(null);
  const shown = Math.min(at, frames.length - 1);
  const frame = frames[shown];
  const size = frameSize(rows, cols, aspect, box);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || frame === undefined) return;
    context.clearRect(0, 0, cols, rows);
    context.putImageData(
      new ImageData(paintFrame({ rows, cols, values: frame.values }, highest, 'inferno'), cols, rows),
      0,
      0,
    );
  }, [frame, rows, cols, highest]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setAt((now) => (now + 1) % frames.length), 1000 / framesPerSecond);
    return () => clearInterval(timer);
  }, [playing, frames.length]);

  if (frame === undefined) return null;
  const step = (by: number) => setAt((shown + by + frames.length) % frames.length);
  const value = hover === null ? null : (frame.values[hover] ?? null);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of controls around a picture has no element of its own
    <div
      className={styles.player}
      role="group"
      aria-label={t('pressure.player')}
      data-testid="frame-player"
      onKeyDown={(event) => {
        if (event.key === ' ') setPlaying(!playing);
        else if (event.key === 'ArrowRight') step(1);
        else if (event.key === 'ArrowLeft') step(-1);
        else return;
        event.preventDefault();
      }}
    >
      <div className={styles.stage} style={size}>
        <canvas
          ref={canvas}
          width={cols}
          height={rows}
          style={size}
          role="img"
          aria-label={t('pressure.frame', { number: frame.index + 1 })}
          onPointerMove={(event) => {
            const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
            const col = Math.floor(((event.clientX - left) / width) * cols);
            const row = Math.floor(((event.clientY - top) / height) * rows);
            setHover(row >= 0 && row < rows && col >= 0 && col < cols ? row * cols + col : null);
          }}
          onPointerLeave={() => setHover(null)}
        />
        <Marks {...props} frame={frame} />
        {labels.map(({ text, row, col }) => (
          <span
            key={text}
            className={styles.label}
            style={{ left: `${(100 * col) / cols}%`, top: `${(100 * row) / rows}%` }}
          >
            {text}
          </span>
        ))}
      </div>
      <div className={styles.bar}>
        <ActionIcon
          variant="default"
          onClick={() => setPlaying(!playing)}
          disabled={frames.length < 2}
          aria-label={t(playing ? 'pressure.pause' : 'pressure.play')}
        >
          {playing ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        </ActionIcon>
        <Slider
          className={styles.slider}
          value={shown}
          min={0}
          max={Math.max(1, frames.length - 1)}
          disabled={frames.length < 2}
          onChange={(next) => setAt(next)}
          label={null}
          thumbLabel={t('pressure.position')}
        />
      </div>
      <div className={styles.readout} data-testid="frame-readout">
        <span>
          {t('pressure.frame', { number: frame.index + 1 })}
          {frame.seconds !== null && ` · ${frame.seconds.toFixed(2)} s`}
        </span>
        {frame.corrupt && <span className={styles.bad}>{t('pressure.corrupt')}</span>}
        <span>
          {hover === null
            ? t('pressure.scale', { highest: formatValue(highest), unit })
            : t('pressure.cell', {
                row: Math.floor(hover / cols) + 1,
                col: (hover % cols) + 1,
                value: value === null ? t('pressure.absent') : `${formatValue(value)} ${unit}`,
              })}
        </span>
      </div>
    </div>
  );
}

function Marks({ rows, cols, hotCells, deadCells, frame }: FramePlayerProps & { frame: PlayerFrame }) {
  const place = (cell: number): [number, number] => [(cell % cols) + 0.5, Math.floor(cell / cols) + 0.5];
  return (
    <svg className={styles.marks} viewBox={`0 0 ${cols} ${rows}`} preserveAspectRatio="none" aria-hidden>
      {hotCells.map((cell) => {
        const [x, y] = place(cell);
        return <path key={`hot-${cell}`} className={styles.hot} d={`M${x - 0.5} ${y - 0.5}l1 1m0-1l-1 1`} />;
      })}
      {deadCells.map((cell) => {
        const [x, y] = place(cell);
        return <circle key={`dead-${cell}`} className={styles.dead} cx={x} cy={y} r={0.55} />;
      })}
      {frame.centre !== null && (
        <circle
          className={styles.centre}
          cx={frame.centre[0]}
          cy={frame.centre[1]}
          r={Math.max(rows, cols) / 50}
        />
      )}
    </svg>
  );
}
