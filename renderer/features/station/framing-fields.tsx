import { NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Device, framingSchema } from '../../../main/contract/live.ts';
import classes from './station.module.css';

const BYTE_STREAMS = ['serial', 'udp', 'tcp', 'hid'];
/** Each datagram or report may be a frame of its own; then there is no header. */
const WITH_BORDERS = ['udp', 'hid'];

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
  /** What is being typed: half a byte is no header yet. */
  const [header, setHeader] = useState<string | null>(null);
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
            placeholder={WITH_BORDERS.includes(transport.kind) ? t('station:noHeader') : 'aa55'}
            value={header ?? framing.header}
            onChange={(event) => {
              setHeader(event.currentTarget.value);
              set({ header: event.currentTarget.value });
            }}
            onBlur={() => setHeader(null)}
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
