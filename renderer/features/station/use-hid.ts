import { useEffect, useState } from 'react';
import type { HidState } from '../../../main/contract/hid-reports.ts';
import type { Transport } from '../../../main/contract/live.ts';
import { postReports, webHid } from '../../api/web-hid.ts';
import { pumpHid } from './hid-pump.ts';

/**
 * Feeds the open station from a HID device for as long as it is shown.
 * @param transport of the open device; null, or of another kind, does nothing
 * @returns how the device is; "unavailable" in browsers without WebHID; null where none is read
 */
export function useHid(transport: Transport | null): HidState | 'unavailable' | null {
  const [state, setState] = useState<HidState | 'unavailable' | null>(null);
  useEffect(() => {
    if (transport?.kind !== 'hid') return;
    const hid = webHid();
    if (hid === null) {
      setState('unavailable');
      return () => setState(null);
    }
    const stop = pumpHid(hid, transport, postReports, setState);
    return () => {
      void stop();
      setState(null);
    };
  }, [transport]);
  return state;
}
