import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Device, framingSchema } from '../../../main/contract/live.ts';
import classes from './station.module.css';

const BYTE_STREAMS = ['serial', 'udp', 'tcp'];

/** How the values stand in the bytes; only for connections that carry bytes. */
export function FramingFields({
  device,
  onChange,
}: {
  device: Device;
  onChange: (part: Partial<Device>) => void;
}) {
  const { t } = useTranslation();
  const { framing, transport } = device;
  if (!BYTE_STREAMS.includes(transport.kind)) return null;
  const set = (part: object) => {
    const parsed = framingSchema.safeParse({ ...framing, ...part });
    if (parsed.success) onChange({ framing: parsed.data });
  };
  const choose = (label: string, value: string, data: string[], key: string) => (
    <Select
      label={label}
      value={value}
      data={data}
      allowDeselect={false}
      onChange={(next) => set({ [key]: next })}
    />
  );
  return (
    <div className={classes.fields}>
      <Select
        label={t('station:framing')}
        value={framing.kind}
        allowDeselect={false}
        data={[
          { value: 'csv', label: t('station:csv') },
          { value: 'binary', label: t('station:binary') },
        ]}
        onChange={(kind) =>
          onChange({ framing: framingSchema.parse(kind === 'csv' ? { kind } : { kind, header: 'aa55' }) })
        }
      />
      {framing.kind === 'csv' ? (
        <NumberInput
          label={t('station:skip')}
          value={framing.skip}
          min={0}
          onChange={(skip) => typeof skip === 'number' && set({ skip })}
        />
      ) : (
        <>
          <TextInput
            label={t('station:header')}
            value={framing.header}
            onChange={(event) => set({ header: event.currentTarget.value })}
          />
          {choose(t('station:counter'), framing.counter, ['none', 'uint8', 'uint16', 'uint32'], 'counter')}
          {choose(t('station:value'), framing.value, ['uint8', 'uint16', 'float32'], 'value')}
          {choose(t('station:byteOrder'), framing.byteOrder, ['little', 'big'], 'byteOrder')}
          {choose(t('station:checksum'), framing.checksum, ['none', 'sum8', 'xor8', 'crc16'], 'checksum')}
        </>
      )}
    </div>
  );
}
