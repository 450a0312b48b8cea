import { Button, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../../main/contract/live.ts';
import type { StationProfile } from '../../../main/contract/station.ts';
import { api, trpc } from '../../api/client.ts';
import { webHid } from '../../api/web-hid.ts';
import { formatDuration } from '../../components/format.ts';
import { usePathPicker } from '../../components/path-picker.tsx';
import { devicePresets } from './device-presets.ts';
import { FramingFields } from './framing-fields.tsx';
import classes from './station.module.css';
import { TransportFields } from './transport-fields.tsx';

interface DeviceFormProps {
  readonly busy: boolean;
  readonly saved: readonly StationProfile[];
  /** What was described last; null begins with a preset. */
  readonly draft: StationProfile | null;
  readonly onOpen: (profile: StationProfile) => void;
  readonly onTry: (profile: StationProfile) => void;
}

/** Minutes after which the reminder to turn comes. */
const TURNS = [15, 30, 60, 120, 180, 240];
const UNITS: Device['unit'][] = ['raw', 'kPa', 'mmHg', 'psi', 'N/cm2'];

/** What a device is and where it is plugged in. A recording fills in what its file says. */
export function DeviceForm({ busy, saved, draft, onOpen, onTry }: DeviceFormProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const { id: _first, ...initial } = devicePresets[0];
  const [device, setDevice] = useState<Device>(draft ?? { ...initial, name: t('station:preset.replay') });
  const [model, setModel] = useState(draft?.model == null ? null : `${draft.model.run}/${draft.model.name}`);
  const [turnMinutes, setTurnMinutes] = useState(draft?.turnMinutes ?? 120);
  const models = useQuery(trpc.station.models.queryOptions());
  const save = useMutation(
    trpc.settings.change.mutationOptions({
      onSuccess: () => client.invalidateQueries(trpc.settings.read.queryFilter()),
    }),
  );
  const change = (part: Partial<Device>) => setDevice((before) => ({ ...before, ...part }));
  const picker = usePathPicker(([path]) => {
    const { transport } = device;
    if (transport.kind !== 'replay') return;
    change({
      transport: { ...transport, path },
      name: path.split(/[\\/]/).pop()?.slice(0, 80) ?? device.name,
    });
    void api.station.inspect.query({ path }).then(({ rows, cols, unit, cellSize, rate }) =>
      setDevice((before) => ({
        ...before,
        rows,
        cols,
        cellSize,
        unit: UNITS.find((one) => one === unit) ?? 'raw',
        threshold: unit === 'raw' ? before.threshold : 0,
        ...(before.transport.kind === 'replay'
          ? { transport: { ...before.transport, path, rate: rate ?? before.transport.rate } }
          : {}),
      })),
    );
  });
  const number = (label: string, value: number | '', set: (value: number) => void, testId: string) => (
    <NumberInput
      label={label}
      value={value}
      min={0}
      onChange={(next) => typeof next === 'number' && set(next)}
      data-testid={testId}
    />
  );
  const complete = device.transport.kind !== 'hid' || (device.transport.vendorId > 0 && webHid() !== null);
  const chosen = models.data?.find(({ run, name }) => `${run}/${name}` === model) ?? null;
  const profile: StationProfile = {
    ...device,
    model: chosen === null ? null : { run: chosen.run, name: chosen.name },
    turnMinutes,
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        onOpen(profile);
      }}
    >
      <p className={classes.notMedical}>{t('station:notMedical')}</p>
      {saved.length > 0 && (
        <section aria-label={t('station:savedDevices')}>
          <p className={classes.notMedical}>{t('station:savedDevices')}</p>
          <div className={classes.saved}>
            {saved.map((one) => (
              <Button
                key={one.name}
                variant="default"
                className={classes.savedDevice}
                loading={busy}
                onClick={() => onOpen(one)}
              >
                {one.name}
              </Button>
            ))}
          </div>
        </section>
      )}
      <Select
        label={t('station:device')}
        data={[
          ...saved.map(({ name }, at) => ({ value: `saved/${at}`, label: name })),
          ...devicePresets.map(({ id }) => {
            const missing = id === 'hid' && webHid() === null;
            return {
              value: id,
              label: missing ? t('station:hid.unavailablePreset') : t(`station:preset.${id}`),
              disabled: missing,
            };
          }),
        ]}
        placeholder={device.name}
        value={null}
        onChange={(value) => {
          const known = value?.startsWith('saved/') === true ? saved[Number(value.slice(6))] : undefined;
          if (known !== undefined) {
            const { model: of, turnMinutes: minutes, ...rest } = known;
            setDevice(rest);
            setModel(of === null ? null : `${of.run}/${of.name}`);
            setTurnMinutes(minutes);
            return;
          }
          const preset = devicePresets.find(({ id }) => id === value);
          if (preset === undefined) return;
          const { id, ...rest } = preset;
          setDevice({ ...rest, name: t(`station:preset.${id}`) });
        }}
        data-testid="station-preset"
      />
      <TextInput
        label={t('station:name')}
        value={device.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TransportFields
        device={device}
        onChange={change}
        onPick={() => picker.open({ kind: 'open-files', title: t('station:chooseFile') })}
      />
      <div className={classes.fields}>
        {number(t('station:rows'), device.rows, (rows) => change({ rows }), 'station-rows')}
        {number(t('station:cols'), device.cols, (cols) => change({ cols }), 'station-cols')}
        {number(
          t('station:cellWidth'),
          device.cellSize?.width ?? '',
          (width) =>
            change({ cellSize: width > 0 ? { width, height: device.cellSize?.height ?? width } : null }),
          'station-cell',
        )}
        {number(
          t('station:cellHeight'),
          device.cellSize?.height ?? '',
          (height) =>
            change({ cellSize: height > 0 ? { width: device.cellSize?.width ?? height, height } : null }),
          'station-cell-height',
        )}
        <Select
          label={t('station:unit')}
          data={UNITS}
          value={device.unit}
          allowDeselect={false}
          onChange={(unit) => change({ unit: UNITS.find((one) => one === unit) ?? device.unit })}
        />
        {number(t('station:scale'), device.scale, (scale) => scale > 0 && change({ scale }), 'station-scale')}
        {number(
          t('station:threshold'),
          device.threshold,
          (threshold) => change({ threshold }),
          'station-threshold',
        )}
      </div>
      <FramingFields device={device} onChange={change} />
      <Select
        label={t('station:model')}
        description={t('station:modelText')}
        clearable
        value={model}
        onChange={setModel}
        placeholder={t('station:noModel')}
        data={(models.data ?? []).map(({ run, name, label }) => ({
          value: `${run}/${name}`,
          label: `${label}: ${name}`,
        }))}
        data-testid="station-model"
      />
      <div>
        <p className={classes.notMedical}>{t('station:turnAfter')}</p>
        <SegmentedControl
          value={String(turnMinutes)}
          onChange={(value) => setTurnMinutes(Number(value))}
          data={TURNS.map((minutes) => ({
            value: String(minutes),
            label: formatDuration(minutes * 60, i18n.language),
          }))}
          aria-label={t('station:turnAfter')}
          data-testid="station-turn-after"
        />
      </div>
      <div className={classes.actions}>
        <Button type="submit" size="lg" loading={busy} disabled={!complete} data-testid="station-open">
          {t('station:open')}
        </Button>
        <Button
          size="lg"
          variant="default"
          disabled={!complete || busy}
          onClick={() => onTry(profile)}
          data-testid="station-try"
        >
          {t('station:try')}
        </Button>
        <Button
          size="lg"
          variant="default"
          loading={save.isPending}
          disabled={!complete}
          onClick={() =>
            save.mutate({ stations: [...saved.filter(({ name }) => name !== device.name), profile] })
          }
          data-testid="station-save"
        >
          {t('station:save')}
        </Button>
      </div>
      {picker.dialog}
    </form>
  );
}
