import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeegHead, MeegPlan, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { formatDuration, formatNumber } from '../../../components/format.ts';
import { EmptyState, ErrorLine, LoadingState } from '../../../components/states.tsx';
import { firstState, within } from '../../../viewers/meeg/browser-state.ts';
import { ChannelBrowser } from '../../../viewers/meeg/channel-browser.tsx';
import { momentIn, valuesAt } from '../../../viewers/meeg/moments.ts';
import { SensorMap } from '../../../viewers/meeg/sensor-map.tsx';
import { Topography } from '../../../viewers/meeg/topography.tsx';
import { withToggledBad } from './plan.ts';

export interface MeegPreviewPaneProps {
  readonly plan: MeegPlan | null;
  readonly probed: ProbedMeeg | null;
  readonly onChange: (plan: MeegPlan) => void;
}

/** Traces, sensors and facts of one recording, filtered as the plan says. */
export function MeegPreviewPane({ plan, probed, onChange }: MeegPreviewPaneProps) {
  const { t } = useTranslation();
  if (plan === null || probed === null || !plan.runs.some(({ path }) => path === probed.path)) {
    return <EmptyState title={t('data:import.preview.none')} text={t('meeg:noPreview')} />;
  }
  return <Shown key={probed.path} plan={plan} probed={probed} onChange={onChange} />;
}

function Shown({
  plan,
  probed,
  onChange,
}: {
  plan: MeegPlan;
  probed: ProbedMeeg;
  onChange: (plan: MeegPlan) => void;
}) {
  const { t, i18n } = useTranslation();
  const extent = { seconds: probed.seconds, channels: probed.channels.length };
  const [state, setState] = useState(within(firstState, extent));
  const preview = useQuery({
    ...trpc.meeg.preview.queryOptions({
      plan,
      path: probed.path,
      start: state.start,
      seconds: state.seconds,
    }),
    placeholderData: keepPreviousData,
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const { data } = preview;
  const moment = data === undefined ? null : momentIn(data, chosen);
  const counts = new Map<string, number>();
  for (const { type, unit } of probed.channels) {
    const key = unit === '' ? type : `${type} (${unit})`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const number = (value: number, decimals = 0) => formatNumber(value, i18n.language, decimals);
  return (
    <div data-testid="preview">
      {preview.error !== null && <ErrorLine error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data === undefined && preview.error === null && <LoadingState text={t('meeg:reading')} />}
      {preview.data !== undefined && (
        <Section
          title={t('meeg:traces', {
            from: number(preview.data.start, 2),
            to: number(preview.data.start + preview.data.seconds, 2),
          })}
        >
          <ChannelBrowser
            channels={preview.data.channels}
            stretch={preview.data}
            state={state}
            extent={extent}
            onState={setState}
            onToggleBad={(name) => onChange(withToggledBad(plan, probed.path, name))}
            moment={moment}
            onMoment={setChosen}
          />
          <p style={{ color: 'var(--gy-muted)', margin: '6px 0 0' }}>{t('meeg:browser.keys')}</p>
        </Section>
      )}
      {data !== undefined && moment !== null && data.channels.some(({ position }) => position !== null) && (
        <Section title={t('meeg:topography.title', { time: number(moment, 3) })}>
          <Topography channels={data.channels} values={valuesAt(data, moment, state.centred)} time={moment} />
        </Section>
      )}
      <Section title={t('meeg:sensors.title')}>
        <SensorMap channels={preview.data?.channels ?? probed.channels} />
        <HeadFacts probed={probed} head={plan.runs.find(({ path }) => path === probed.path)?.head ?? null} />
      </Section>
      <Section title={t('meeg:facts')}>
        <FactList
          facts={[
            { label: t('meeg:format'), value: probed.format.toUpperCase() },
            {
              label: t('meeg:channels'),
              value: [...counts].map(([type, count]) => `${count} ${type}`).join(', '),
              testId: 'preview-channels',
            },
            {
              label: t('meeg:rate'),
              value: `${number(probed.sfreq, probed.sfreq % 1 === 0 ? 0 : 3)} Hz`,
              testId: 'preview-rate',
            },
            {
              label: t('data:duration'),
              value: formatDuration(probed.seconds, i18n.language),
              testId: 'preview-duration',
            },
            {
              label: t('meeg:hardware'),
              value: `${number(probed.highpass, 2)} – ${number(probed.lowpass, 1)} Hz`,
            },
            {
              label: t('meeg:annotations'),
              value: number(probed.annotationCount),
              testId: 'preview-annotations',
            },
            {
              label: t('meeg:gaps'),
              value:
                probed.gapCount === 0
                  ? '–'
                  : `${number(probed.gapCount)} · ${formatDuration(probed.missingSeconds, i18n.language)}`,
            },
          ]}
        />
      </Section>
    </div>
  );
}

/** Where the head lay, and the points that its coordinates rest on. */
function HeadFacts({ probed, head }: { probed: ProbedMeeg; head: MeegHead | null }) {
  const { t, i18n } = useTranslation();
  const { modality } = probed;
  const given = head?.digitised;
  const fiducials = given?.fiducials ?? probed.fiducials;
  const digitisedPoints =
    given === undefined
      ? probed.digitisedPoints
      : given.fiducials.length + given.coils.length + given.shape.length;
  const said = head?.deviceToHead ?? probed.deviceToHead;
  // Readers of formats that know no device leave the identity.
  const deviceToHead = said?.flat().every((value, at) => value === (at % 5 === 0 ? 1 : 0)) ? null : said;
  const millimetres = (place: readonly number[]) =>
    `${place.map((value) => formatNumber(1000 * value, i18n.language, 1)).join(', ')} mm`;
  // The angle of a rotation from its trace: 1 + 2 cos.
  const trace =
    deviceToHead === null ? 3 : [0, 1, 2].reduce((sum, at) => sum + (deviceToHead[at]?.[at] ?? 0), 0);
  const degrees = (Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))) * 180) / Math.PI;
  if (modality === 'eeg' && digitisedPoints === 0) return null;
  return (
    <FactList
      facts={[
        {
          label: t('meeg:head.device'),
          value:
            deviceToHead === null
              ? t('meeg:head.unknown')
              : t('meeg:head.moved', {
                  place: millimetres(deviceToHead.slice(0, 3).map((row) => row[3] ?? 0)),
                  degrees: formatNumber(degrees, i18n.language, 1),
                }),
          testId: 'head-device',
        },
        {
          label: t('meeg:head.points'),
          value: formatNumber(digitisedPoints, i18n.language),
          testId: 'head-points',
        },
        ...fiducials.map(({ name, place }) => ({ label: t(`meeg:head.${name}`), value: millimetres(place) })),
      ]}
    />
  );
}
