import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Framing } from '../../../main/contract/live.ts';
import { sentenceOf } from '../../api/errors.ts';
import type { StationFrame } from '../../api/station-frames.ts';
import { formatNumber } from '../../components/format.ts';
import { LiveMap } from './live-map.tsx';
import classes from './try-panel.module.css';
import { useScale } from './use-scale.ts';
import type { LiveFrames } from './use-station.ts';

interface TryPanelProps {
  readonly frame: StationFrame;
  readonly live: LiveFrames;
  readonly framing: Framing;
  readonly onStop: () => void;
}

const COUNTERS = ['frames', 'lost', 'late', 'corrupt', 'skippedBytes', 'reconnects'] as const;
const LINE = 16;

/** What a description makes of the bytes that come, beside the form that it is written in. */
export function TryPanel({ frame, live, framing, onStop }: TryPanelProps) {
  const { t, i18n } = useTranslation();
  const { view } = frame;
  const scale = useScale(frame.values, 'cells');
  const number = (value: number | null, digits = 0) => formatNumber(value, i18n.language, digits);
  return (
    <section className={classes.panel} aria-label={t('station:trying.title')} data-testid="station-try-panel">
      <h2 className={classes.title}>
        {t('station:trying.title')}{' '}
        <span className={classes.state} data-state={view.state}>
          {t(`station:state.${view.state}`)}
        </span>
      </h2>
      {view.reason !== null && <p role="alert">{sentenceOf(view.reason, t)}</p>}
      <dl className={classes.counters}>
        {COUNTERS.map((name) => (
          <div key={name}>
            <dt>{t(`station:counters.${name}`)}</dt>
            <dd data-testid={`try-${name}`}>{number(view.counters[name])}</dd>
          </div>
        ))}
        <div>
          <dt>{t('station:counters.rate')}</dt>
          <dd>{number(view.rate, 1)} Hz</dd>
        </div>
      </dl>
      <div className={classes.map}>
        {view.index < 0 ? (
          <p className={classes.empty}>
            {t(view.bytes === '' ? 'station:trying.nothing' : 'station:trying.noFrame')}
          </p>
        ) : (
          <LiveMap
            live={live}
            mode="cells"
            full={scale.full}
            lying={false}
            withPoints={false}
            onCell={() => {}}
          />
        )}
      </div>
      {view.bytes !== '' && <Bytes hex={view.bytes} framing={framing} />}
      <Button variant="default" onClick={onStop} data-testid="station-try-stop">
        {t('station:trying.stop')}
      </Button>
    </section>
  );
}

const COUNTER_BYTES = { none: 0, uint8: 1, uint16: 2, uint32: 4 } as const;

/** Bytes as hexadecimal and text, with what the description takes for header and counter marked. */
function Bytes({ hex, framing }: { hex: string; framing: Framing }) {
  const { t } = useTranslation();
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const header = framing.kind === 'binary' ? framing.header.toLowerCase() : '';
  const begins = header !== '' && hex.startsWith(header);
  const [headerEnd, counterEnd] =
    begins && framing.kind === 'binary'
      ? [header.length / 2, header.length / 2 + COUNTER_BYTES[framing.counter]]
      : [0, 0];
  const part = (at: number) => (at < headerEnd ? 'header' : at < counterEnd ? 'counter' : undefined);
  const lines = Array.from({ length: Math.ceil(bytes.length / LINE) }, (_, line) => line * LINE);
  return (
    <figure className={classes.bytes} data-testid="try-bytes">
      <figcaption>
        {begins ? (
          <>
            {t('station:trying.begins')} <mark data-part="header">{t('station:header')}</mark>
            {counterEnd > headerEnd && <mark data-part="counter">{t('station:counter')}</mark>}
          </>
        ) : (
          t(header === '' ? 'station:trying.lastBytes' : 'station:trying.noHeader', { header })
        )}
      </figcaption>
      {lines.map((start) => (
        <code key={start}>
          {bytes.slice(start, start + LINE).map((byte, at) => (
            <span key={at} data-part={part(start + at)}>
              {byte.toString(16).padStart(2, '0')}
            </span>
          ))}
          <i>
            {bytes
              .slice(start, start + LINE)
              .map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·'))
              .join('')}
          </i>
        </code>
      ))}
    </figure>
  );
}
