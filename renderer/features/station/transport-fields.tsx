import { Autocomplete, Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../../main/contract/live.ts';
import { trpc } from '../../api/client.ts';
import { HidFields } from './hid-fields.tsx';
import classes from './station.module.css';

interface TransportFieldsProps {
  readonly device: Device;
  readonly onChange: (part: Partial<Device>) => void;
  /** Asks for a file to replay. */
  readonly onPick: () => void;
}

/** Where the bytes come from: the fields that this kind of connection has. */
export function TransportFields({ device, onChange, onPick }: TransportFieldsProps) {
  const { t } = useTranslation();
  const { transport } = device;
  const ports = useQuery({ ...trpc.station.ports.queryOptions(), enabled: transport.kind === 'serial' });
  const count = (label: string, value: number, set: (value: number) => void, testId?: string) => (
    <NumberInput
      label={label}
      value={value}
      min={0}
      onChange={(next) => typeof next === 'number' && set(next)}
      data-testid={testId}
    />
  );
  switch (transport.kind) {
    case 'serial':
      return (
        <div className={classes.fields}>
          <Autocomplete
            label={t('station:port')}
            data={(ports.data ?? []).map(({ path }) => path)}
            value={transport.path}
            onChange={(path) => onChange({ transport: { ...transport, path } })}
            data-testid="station-serial-path"
          />
          {count(t('station:baudRate'), transport.baudRate, (baudRate) =>
            onChange({ transport: { ...transport, baudRate } }),
          )}
        </div>
      );
    case 'udp':
    case 'tcp':
      return (
        <div className={classes.fields}>
          <TextInput
            label={t('station:host')}
            value={transport.host}
            onChange={(event) => onChange({ transport: { ...transport, host: event.currentTarget.value } })}
          />
          {count(t('station:portNumber'), transport.port, (port) =>
            onChange({ transport: { ...transport, port } }),
          )}
        </div>
      );
    case 'hid':
      return <HidFields transport={transport} onChange={onChange} />;
    case 'lsl':
      return (
        <TextInput
          label={t('station:streamName')}
          value={transport.name}
          onChange={(event) => onChange({ transport: { ...transport, name: event.currentTarget.value } })}
        />
      );
    case 'replay':
      return (
        <div className={classes.fields}>
          <TextInput
            label={t('station:file')}
            value={transport.path}
            onChange={(event) => onChange({ transport: { ...transport, path: event.currentTarget.value } })}
            data-testid="station-path"
          />
          <Button variant="default" onClick={onPick} mt="auto" data-testid="station-pick">
            {t('station:choose')}
          </Button>
          {count(
            t('station:speed'),
            transport.speed,
            (speed) => onChange({ transport: { ...transport, speed } }),
            'station-speed',
          )}
          <Checkbox
            label={t('station:loop')}
            mt="auto"
            mb={8}
            checked={transport.loop}
            onChange={(event) => onChange({ transport: { ...transport, loop: event.currentTarget.checked } })}
          />
        </div>
      );
    case 'simulated':
      return (
        <div className={classes.fields}>
          {count(t('station:rate'), transport.rate, (rate) =>
            onChange({ transport: { ...transport, rate } }),
          )}
          {count(t('station:seed'), transport.seed, (seed) =>
            onChange({ transport: { ...transport, seed } }),
          )}
        </div>
      );
  }
}
