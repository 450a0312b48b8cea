import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { chartLooks } from '../charts/look.ts';
import { formatValue } from '../colour/range.ts';
import { afterKey, type BrowserExtent, type BrowserState } from './browser-state.ts';
import { AXIS, drawScales, drawTraces, type ScaleBar, type Trace } from './draw-traces.ts';
import styles from './meeg.module.css';
import type { ViewedChannel, ViewedStretch } from './props.ts';
import { scalingOf, withoutMean } from './scalings.ts';

export interface ChannelBrowserProps {
  readonly channels: readonly ViewedChannel[];
  readonly stretch: ViewedStretch;
  readonly state: BrowserState;
  readonly extent: BrowserExtent;
  readonly onState: (state: BrowserState) => void;
  readonly onToggleBad: (name: string) => void;
  /** Seconds of the moment that is pointed out; null for none. */
  readonly moment: number | null;
  readonly onMoment: (seconds: number) => void;
}

const HEIGHT = 420;

/**
 * Traces of a stretch of a recording: a page of channels one below the other, or all of a type on one line
 * ("butterfly"), with a bar of known size a type; a click chooses a moment. Keys are MNE's, see browser-state.ts; a click on a name marks the channel as bad.
 */
export function ChannelBrowser({
  channels,
  stretch,
  state,
  extent,
  onState,
  onToggleBad,
  moment,
  onMoment,
}: ChannelBrowserProps) {
  const { t } = useTranslation('meeg');
  const canvas = useRef<HTMLCanvasElement>(null);
  const look = chartLooks[useComputedColorScheme('dark')];
  const shown = channels.slice(state.firstChannel, state.firstChannel + state.channelCount);
  const types = [...new Set(channels.filter(({ bad }) => !bad).map(({ type }) => type))];

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio || 1;
    const width = element.clientWidth;
    element.width = width * ratio;
    element.height = (HEIGHT + AXIS) * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { ink: text, muted, line, series } = look;
    const row = (index: number): readonly number[] => {
      const values = stretch.rows[index] ?? [];
      return state.centred && channels[index]?.type !== 'stim' ? withoutMean(values) : values;
    };
    const traces: Trace[] = state.butterfly
      ? channels.flatMap(({ type, bad }, index) => {
          if (bad) return [];
          const lane = HEIGHT / types.length;
          const { span } = scalingOf(type, [row(index)]);
          const place = types.indexOf(type);
          return [
            {
              values: row(index),
              zero: lane * (place + 0.5),
              scale: (lane / 2 / span) * 0.5 * state.gain,
              reach: lane / 2,
              colour: text,
            },
          ];
        })
      : shown.map(({ type, bad }, at) => {
          const lane = HEIGHT / shown.length;
          const index = state.firstChannel + at;
          const { span } = scalingOf(type, [row(index)]);
          return {
            values: row(index),
            zero: lane * (at + 0.5),
            scale: (lane / 2 / span) * state.gain,
            // As far as MNE lets a trace go into its neighbours.
            reach: 1.5 * lane,
            colour: bad ? muted : text,
          };
        });
    const backdrop = { ...stretch, gapColour: line, eventColour: series[1] ?? muted };
    drawTraces(context, width, HEIGHT, backdrop, traces);
    drawScales(context, width, HEIGHT, stretch, scaleBars(), moment, {
      ink: text,
      line,
      mark: series[0] ?? text,
      paper: look.background,
    });

    /** One bar a type, at its first trace; types without a unit of their own have none. */
    function scaleBars(): ScaleBar[] {
      const lanes = state.butterfly ? types : shown.map(({ type }) => type);
      const lane = HEIGHT / Math.max(1, lanes.length);
      return lanes.flatMap((type, at) => {
        const { span, factor, unit } = scalingOf(type, []);
        if (unit === '' || lanes.indexOf(type) !== at) return [];
        // As long as the span of its type, which lies as high as half a lane, in butterflies a quarter.
        const half = lane / (state.butterfly ? 8 : 4);
        return [
          {
            zero: lane * (at + 0.5),
            half,
            text: `${formatValue((span * factor) / state.gain)} ${unit}`,
          },
        ];
      });
    }
  }, [channels, shown, stretch, state, types, look, moment]);

  const press = (event: React.KeyboardEvent): void => {
    const step = event.key === ',' ? -1 : event.key === '.' ? 1 : 0;
    if (step !== 0 && moment !== null) {
      event.preventDefault();
      onMoment(moment + (step * stretch.seconds) / Math.max(1, (stretch.rows[0]?.length ?? 1) - 1));
      return;
    }
    const next = afterKey(state, event.key, event.shiftKey, extent);
    if (next === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // The page has keys of its own.
    event.stopPropagation();
    onState(next);
  };
  return (
    <section
      className={styles.browser}
      aria-label={t('browser.label')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: traces are moved by keys, so the keyboard must reach them
      tabIndex={0}
      onKeyDown={press}
      data-testid="meeg-browser"
    >
      <div className={styles.names} style={{ height: HEIGHT }}>
        {state.butterfly
          ? types.map((type) => (
              <span key={type} className={styles.lane}>
                {type}
              </span>
            ))
          : shown.map(({ name, bad }) => (
              <button
                key={name}
                type="button"
                className={styles.name}
                aria-pressed={bad}
                title={t(bad ? 'browser.markGood' : 'browser.markBad', { name })}
                onClick={() => onToggleBad(name)}
              >
                {name}
              </button>
            ))}
      </div>
      <canvas
        ref={canvas}
        className={styles.traces}
        style={{ height: HEIGHT + AXIS }}
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          onMoment(stretch.start + ((event.clientX - left) / width) * stretch.seconds);
        }}
        role="img"
        aria-label={t('browser.traces', { count: state.butterfly ? channels.length : shown.length })}
      />
    </section>
  );
}
