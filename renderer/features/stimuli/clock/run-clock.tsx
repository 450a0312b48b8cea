import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Alignment,
  type ClockFitSettings,
  type ClockModel,
  clockFitSettingsSchema,
  plainClock,
} from '../../../../main/contract/clock.ts';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { formatNumber } from '../../../components/format.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Answer } from '../../../components/states.tsx';
import { ResidualPlot } from '../../../viewers/clock/residual-plot.tsx';
import { AttachWords } from './attach-words.tsx';
import classes from './clock.module.css';
import { ClockControls } from './clock-controls.tsx';
import { ClockWindow } from './clock-window.tsx';

/** One run: timeline, residuals, and the clock to fit, set by hand or forget. */
export function RunClock({ id }: { id: string }) {
  const kept = useQuery(trpc.clock.get.queryOptions({ recordingId: id }));
  return (
    <Answer query={kept}>
      {({ alignment, stimulus }) =>
        stimulus === null ? (
          <AttachWords recordingId={id} />
        ) : (
          // A fit or a change from elsewhere starts the editing anew.
          <Editor key={JSON.stringify(alignment)} id={id} alignment={alignment} />
        )
      }
    </Answer>
  );
}

function Editor({ id, alignment }: { id: string; alignment: Alignment | null }) {
  const { t, i18n } = useTranslation();
  const [settings, setSettings] = useState<ClockFitSettings>(
    alignment?.fit?.settings ?? clockFitSettingsSchema.parse({}),
  );
  const [model, setModel] = useState<ClockModel>(alignment?.model ?? plainClock);
  const [view, setView] = useState<'after' | 'before'>('after');
  const shown = view === 'before' ? plainClock : model;
  const clock = useQuery({
    ...trpc.clock.get.queryOptions({ recordingId: id, model: shown, settings }),
    placeholderData: keepPreviousData,
  });
  const number = (value: number | null | undefined, decimals = 0) =>
    formatNumber(value ?? null, i18n.language, decimals);
  return (
    <Answer query={clock}>
      {(data) => {
        const { marks, chosen, onsets, pairs } = data;
        const sizes = pairs.map(({ residualMs }) => Math.abs(residualMs));
        const rms = Math.sqrt(sizes.reduce((sum, size) => sum + size * size, 0) / Math.max(1, sizes.length));
        const points = pairs.flatMap(({ mark, residualMs }) => {
          const at = chosen[mark];
          const time = at === undefined ? undefined : marks[at]?.time;
          return time === undefined ? [] : [{ time, residualMs }];
        });
        return (
          <ScrollRegion className={classes.run} aria-label={t('stimuli:clock.title')}>
            <div className={classes.head}>
              <SegmentedControl
                aria-label={t('stimuli:clock.view')}
                value={view}
                onChange={(value) => setView(value === 'before' ? 'before' : 'after')}
                data={(['before', 'after'] as const).map((value) => ({
                  value,
                  label: t(`stimuli:clock.views.${value}`),
                }))}
                data-testid="clock-view"
              />
              <span className={classes.formula}>{t('stimuli:clock.formula')}</span>
            </div>
            <Section title={t('stimuli:clock.timeline')}>
              <ClockWindow clock={data} />
            </Section>
            <div className={classes.columns}>
              <Section title={t('stimuli:clock.residuals')}>
                {points.length === 0 ? (
                  <p className={classes.muted}>
                    {t(marks.length === 0 ? 'stimuli:clock.noMarks' : 'stimuli:clock.noPairs')}
                  </p>
                ) : (
                  <ResidualPlot points={points} toleranceMs={settings.tolerance * 1000} />
                )}
                <FactList
                  facts={[
                    {
                      label: t('stimuli:clock.matched'),
                      value: t('stimuli:clock.matchedText', {
                        matched: number(pairs.length),
                        onsets: number(onsets.length),
                        marks: number(chosen.length),
                      }),
                      testId: 'clock-matched',
                    },
                    { label: t('stimuli:clock.missing'), value: number(onsets.length - pairs.length) },
                    { label: t('stimuli:clock.extra'), value: number(chosen.length - pairs.length) },
                    {
                      label: t('stimuli:clock.rms'),
                      value: pairs.length === 0 ? '–' : number(rms, 2),
                      testId: 'clock-rms',
                    },
                    {
                      label: t('stimuli:clock.max'),
                      value: pairs.length === 0 ? '–' : `${number(Math.max(...sizes), 2)} ms`,
                    },
                    ...(view === 'before' || alignment?.fit?.offsetErrorMs == null
                      ? []
                      : [
                          {
                            label: t('stimuli:clock.offsetError'),
                            value: `± ${number(alignment.fit.offsetErrorMs, 3)} ms`,
                          },
                        ]),
                    ...(view === 'before' || alignment?.fit?.driftErrorPpm == null
                      ? []
                      : [
                          {
                            label: t('stimuli:clock.driftError'),
                            value: `± ${number(alignment.fit.driftErrorPpm, 2)} ppm`,
                          },
                        ]),
                  ]}
                />
                {alignment?.fit?.alternative != null && (
                  <p role="alert">
                    {t('stimuli:clock.ambiguous', { offset: number(alignment.fit.alternative, 3) })}
                  </p>
                )}
              </Section>
              <ClockControls
                id={id}
                labels={[...new Set(marks.map(({ label }) => label))]}
                alignment={alignment}
                settings={settings}
                model={model}
                onSettings={setSettings}
                onModel={setModel}
              />
            </div>
          </ScrollRegion>
        );
      }}
    </Answer>
  );
}
