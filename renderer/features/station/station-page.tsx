import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Transport, transportSchema } from '../../../main/contract/live.ts';
import type { StationProfile } from '../../../main/contract/station.ts';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { ErrorLine } from '../../components/states.tsx';
import { DeviceForm } from './device-form.tsx';
import { StationScreen } from './station-screen.tsx';
import { useHid } from './use-hid.ts';
import { useStation } from './use-station.ts';

/** The pressure station: first which device, then everything it shows, over the whole window. */
export function StationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { profile } = useSearch({ from: '/station' });
  const [opened, setOpened] = useState(0);
  const [paused, setPaused] = useState(false);
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
  const { mutate } = open;
  useEffect(() => {
    const known = settings.data?.stations.find(({ name }) => name === profile);
    if (known === undefined || started.current) return;
    started.current = true;
    mutate(requestOf(known));
  }, [settings.data, profile, mutate]);

  if (opened !== 0 && frame !== null)
    return (
      <StationScreen
        frame={frame}
        live={live}
        paused={paused}
        onPause={setPaused}
        note={hid === null || hid === 'open' ? null : t(`station:hid.${hid}`)}
        onLeave={() => {
          setOpened(0);
          setTransport(null);
          setPaused(false);
          close.mutate();
        }}
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
      <DeviceForm
        busy={open.isPending}
        saved={settings.data?.stations ?? []}
        onOpen={(chosen) => open.mutate(requestOf(chosen))}
      />
    </Page>
  );
}

function requestOf({ model, turnMinutes, ...device }: StationProfile) {
  return { device, model, turnMinutes };
}
