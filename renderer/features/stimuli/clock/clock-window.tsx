import { Button, Slider } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClockModel, MarkPair, RecordingMark } from '../../../../main/contract/clock.ts';
import type { Recording } from '../../../../main/contract/recordings.ts';
import type { Stimulus } from '../../../../main/contract/stimuli.ts';
import { ClockTimeline } from '../../../viewers/clock/clock-timeline.tsx';
import classes from './clock.module.css';

export interface ClockWindowProps {
  readonly clock: {
    readonly recording: Recording;
    readonly stimulus: Stimulus | null;
    readonly model: ClockModel;
    readonly marks: readonly RecordingMark[];
    readonly chosen: readonly number[];
    readonly onsets: readonly number[];
    readonly pairs: readonly MarkPair[];
  };
}

const LEAST_SPAN = 2;
const FIRST_SPAN = 10;

/** A window of the run that moves and widens: marks and words on the recording's clock. */
export function ClockWindow({ clock }: ClockWindowProps) {
  const { t } = useTranslation();
  const { recording, stimulus, model, marks, chosen, onsets, pairs } = clock;
  const words = stimulus?.words ?? [];
  const place = (seconds: number): number => model.offset + (1 + model.drift) * seconds;
  const last = words.at(-1);
  const end = Math.max(
    recording.sampleCount * recording.samplingInterval,
    last === undefined ? 0 : place(last.onset + last.duration),
    LEAST_SPAN,
  );
  const [span, setSpan] = useState(Math.min(FIRST_SPAN, end));
  const [from, setFrom] = useState(0);
  const start = Math.max(0, Math.min(from, end - span));
  const picked = new Set(chosen);
  // With the start as anchor no single word belongs to a mark.
  const byWord = onsets.length === words.length;
  const markOf = new Map(
    pairs.map(({ onset, mark }) => {
      const at = chosen[mark];
      return [onset, (at === undefined ? undefined : marks[at]?.time) ?? null] as const;
    }),
  );
  return (
    <>
      <ClockTimeline
        from={start}
        to={start + span}
        marks={marks.map(({ time, label }, at) => ({ time, label, chosen: picked.has(at) }))}
        words={words.map(({ text, onset, duration }, at) => ({
          text,
          onset: place(onset),
          duration: (1 + model.drift) * duration,
          mark: byWord ? (markOf.get(at) ?? null) : null,
        }))}
      />
      <div className={classes.window}>
        <Slider
          className={classes.slider}
          thumbLabel={t('stimuli:clock.position')}
          min={0}
          max={Math.max(0, end - span)}
          step={span / 10}
          value={start}
          disabled={end <= span}
          label={(value) => `${value.toFixed(1)} s`}
          onChange={setFrom}
        />
        <Button variant="default" onClick={() => setSpan(Math.max(LEAST_SPAN, span / 2))}>
          {t('stimuli:clock.closer')}
        </Button>
        <Button variant="default" onClick={() => setSpan(Math.min(end, span * 2))}>
          {t('stimuli:clock.wider')}
        </Button>
      </div>
    </>
  );
}
