import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Transport, transportSchema } from '../../../main/contract/live.ts';
import type { StationProfile } from '../../../main/contract/station.ts';
import { api, trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { ErrorLine } from '../../components/states.tsx';
import { DeviceForm } from './device-form.tsx';
import classes from './station.module.css';
import { StationScreen } from './station-screen.tsx';
import { TryPanel } from './try-panel.tsx';
import { useHid } from './use-hid.ts';
import { useStation } from './use-station.ts';

/** The pressure station: first which device, then everything it shows, over the whole window. */
export function StationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { profile } = useSearch({ from: '/station' });
  const [opened, setOpened] = useState(0);
  const [paused, setPaused] = useState(false);
  const [draft, setDraft] = useState<StationProfile | null>(null);
  const [trying, setTrying] = useState(false);
  const { frame, live } = useStation(opened, paused);
  const [transport, setTransport] = useState<Transport | null>(null);
  const hid = useHid(transport);
  const open = useMutation(
    trpc.station.open.mutationOptions({
      onSuccess: (_nothing, { device }) => {
        setOpened(Date.now());
        setTransport(transportSchema.parse(device.transport));
      },
    }),
  );
  const close = useMutation(trpc.station.close.mutationOptions());
  const settings = useQuery(trpc.settings.read.queryOptions());
  const started = useRef(false);
  const tryingNow = useRef(false);
  useEffect(() => {
    tryingNow.current = trying;
  }, [trying]);
  // A port that was only tried is free again once its page is left.
  useEffect(
    () => () => {
      if (tryingNow.current) void api.station.close.mutate();
    },
    [],
  );
  const { mutate } = open;
  useEffect(() => {
    const known = settings.data?.stations.find(({ name }) => name === profile);
    if (known === undefined || started.current) return;
    started.current = true;
    mutate(requestOf(known));
  }, [settings.data, profile, mutate]);

  const start = (profile: StationProfile, toTry: boolean) => {
    setDraft(profile);
    setTrying(toTry);
    // What was open shows until the next has opened, and would be taken for it.
    setOpened(0);
    open.mutate(requestOf(profile));
  };
  const leave = () => {
    setOpened(0);
    setTransport(null);
    setPaused(false);
    setTrying(false);
    close.mutate();
  };

  if (opened !== 0 && frame !== null && !trying)
    return (
      <StationScreen
        frame={frame}
        live={live}
        paused={paused}
        onPause={setPaused}
        note={hid === null || hid === 'open' ? null : t(`station:hid.${hid}`)}
        onLeave={leave}
      />
    );
  return (
    <Page
      name="station"
      title={t('app:nouns.station')}
      actions={
        <>
          <Button
            variant="default"
            onClick={() => void navigate({ to: '/keypoints/train' })}
            data-testid="to-keypoint-training"
          >
            {t('keypoints:train.title')}
          </Button>
          <Button
            variant="default"
            onClick={() => void navigate({ to: '/keypoints' })}
            data-testid="to-keypoints"
          >
            {t('keypoints:title')}
          </Button>
        </>
      }
    >
      {profile !== undefined &&
        settings.data !== undefined &&
        !settings.data.stations.some(({ name }) => name === profile) && (
          <ErrorLine error={new Error(t('station:noProfile', { profile }))} />
        )}
      {open.error !== null && <ErrorLine error={open.error} />}
      <div className={classes.describing}>
        <DeviceForm
          busy={open.isPending}
          saved={settings.data?.stations ?? []}
          draft={draft}
          onOpen={(chosen) => start(chosen, false)}
          onTry={(chosen) => start(chosen, true)}
        />
        {trying && opened !== 0 && frame !== null && draft !== null && (
          <TryPanel frame={frame} live={live} framing={draft.framing} onStop={leave} />
        )}
      </div>
    </Page>
  );
}

function requestOf({ model, turnMinutes, ...device }: StationProfile) {
  return { device, model, turnMinutes };
}
