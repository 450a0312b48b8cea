import { Button, NumberInput, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device, Transport } from '../../../main/contract/live.ts';
import { nativeDialogs } from '../../api/native.ts';
import { type HidDevice, webHid } from '../../api/web-hid.ts';
import { hidIdentity, isHidDevice } from './hid-pump.ts';
import classes from './station.module.css';

interface HidFieldsProps {
  readonly transport: Extract<Transport, { kind: 'hid' }>;
  readonly onChange: (part: Partial<Device>) => void;
}

const hex = (value: number) => value.toString(16).padStart(4, '0');

/** Which HID device, of those that this page may use, and which of its reports. */
export function HidFields({ transport, onChange }: HidFieldsProps) {
  const { t } = useTranslation();
  const [devices, setDevices] = useState<readonly HidDevice[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    const hid = webHid();
    if (hid === null) return;
    const list = () => hid.getDevices().then(setDevices, (thrown: unknown) => setRefusal(sentence(thrown)));
    void list();
    hid.addEventListener('connect', list);
    hid.addEventListener('disconnect', list);
    return () => {
      hid.removeEventListener('connect', list);
      hid.removeEventListener('disconnect', list);
    };
  }, []);
  const hid = webHid();
  if (hid === null)
    return (
      <p className={classes.notMedical} role="alert" data-testid="station-no-hid">
        {t('station:hid.unavailableText')}
      </p>
    );
  const choose = (device: HidDevice) => onChange({ transport: { ...transport, ...hidIdentity(device) } });
  const request = async () => {
    try {
      const [first] = await hid.requestDevice({ filters: [] });
      setDevices(await hid.getDevices());
      if (first !== undefined) choose(first);
    } catch (thrown) {
      setRefusal(sentence(thrown));
    }
  };
  const at = devices.findIndex((device) => isHidDevice(device, transport));
  return (
    <>
      <Select
        label={t('station:hid.device')}
        placeholder={
          transport.vendorId > 0
            ? `${hex(transport.vendorId)}:${hex(transport.productId)}`
            : t('station:hid.none')
        }
        data={devices.map((device, index) => ({ value: String(index), label: nameOf(device) }))}
        value={at < 0 ? null : String(at)}
        onChange={(value) => value !== null && choose(devices[Number(value)])}
        data-testid="station-hid-device"
      />
      <div className={classes.fields}>
        {/* The desktop window lists every device; browsers only those that a person has let the page use. */}
        {nativeDialogs() === null && (
          <Button
            variant="default"
            mt="auto"
            onClick={() => void request()}
            data-testid="station-hid-request"
          >
            {t('station:hid.request')}
          </Button>
        )}
        <NumberInput
          label={t('station:hid.reportId')}
          placeholder={t('station:hid.allReports')}
          value={transport.reportId ?? ''}
          min={0}
          max={255}
          allowDecimal={false}
          onChange={(reportId) =>
            onChange({
              transport: { ...transport, reportId: typeof reportId === 'number' ? reportId : null },
            })
          }
          data-testid="station-hid-report"
        />
      </div>
      <p className={classes.notMedical}>{t('station:hid.text')}</p>
      {refusal !== null && (
        <p className={classes.notMedical} role="alert">
          {t('station:hid.refused', { reason: refusal })}
        </p>
      )}
    </>
  );
}

function nameOf(device: HidDevice): string {
  const { vendorId, productId, usagePage, usage } = hidIdentity(device);
  return `${device.productName} (${hex(vendorId)}:${hex(productId)}, ${hex(usagePage)}/${hex(usage)})`;
}

function sentence(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
