import type { HidBatch, HidReport, HidState } from '../../../main/contract/hid-reports.ts';
import type { Transport } from '../../../main/contract/live.ts';
import type { HidDevice, WebHid } from '../../api/web-hid.ts';

type HidTransport = Extract<Transport, { kind: 'hid' }>;

/** Reports that wait at most; a second of a fast mat of 64 × 32 cells in reports of 64 bytes. */
export const QUEUE_REPORTS = 8192;
/** A word to the station at least this often, so that it can tell a still mat from a page that is gone. */
const ALIVE_MS = 1000;

/** What tells a device, or one interface of it, from others. */
export function hidIdentity(device: HidDevice): Omit<HidTransport, 'kind' | 'reportId'> {
  const [first] = device.collections;
  return {
    vendorId: device.vendorId,
    productId: device.productId,
    usagePage: first?.usagePage ?? 0,
    usage: first?.usage ?? 0,
  };
}

/** Whether a description means this device. */
export function isHidDevice(device: HidDevice, wanted: HidTransport): boolean {
  return Object.entries(hidIdentity(device)).every(([key, value]) => Reflect.get(wanted, key) === value);
}

/**
 * Reads a HID device and sends its input reports, one batch at a time with all that came meanwhile; where sending is
 * slower than the device, the oldest reports are thrown away and counted. Survives unplugging.
 * @param post sends a batch and resolves when it is taken
 * @param onState hears how the device is
 * @returns how to stop; closes the device
 */
export function pumpHid(
  hid: WebHid,
  wanted: HidTransport,
  post: (batch: HidBatch) => Promise<void>,
  onState: (state: HidState) => void,
): () => Promise<void> {
  let device: HidDevice | null = null;
  let state: HidState = 'absent';
  let queue: HidReport[] = [];
  let dropped = 0;
  let sending = false;
  let unsaid = true;
  let stopped = false;

  const send = async () => {
    if (sending || stopped) return;
    sending = true;
    while (!stopped && (unsaid || queue.length > 0)) {
      const batch = { state, dropped, reports: queue };
      [queue, dropped, unsaid] = [[], 0, false];
      try {
        await post(batch);
      } catch {
        dropped += batch.dropped + batch.reports.length;
        unsaid = true;
        break;
      }
    }
    sending = false;
  };
  const say = (next: HidState) => {
    state = next;
    unsaid = true;
    onState(next);
    void send();
  };
  const take = (event: Event) => {
    const { reportId, data } = reportOf(event);
    // Copied: the browser owns the memory.
    queue.push({ id: reportId, bytes: Uint8Array.from(data) });
    if (queue.length > QUEUE_REPORTS) {
      queue.shift();
      dropped++;
    }
    void send();
  };
  const find = async () => {
    if (device !== null || stopped) return;
    const found = (await hid.getDevices()).find((one) => isHidDevice(one, wanted));
    if (device !== null || stopped) return;
    if (found === undefined) return say('absent');
    device = found;
    try {
      if (!found.opened) await found.open();
    } catch {
      device = null;
      return say('busy');
    }
    if (stopped) return found.close();
    // Unplugged while it was being opened.
    if (device !== found) return;
    found.addEventListener('inputreport', take);
    say('open');
  };
  const gone = (event: Event) => {
    if (device === null || Reflect.get(event, 'device') !== device) return;
    device.removeEventListener('inputreport', take);
    device = null;
    say('unplugged');
  };
  const back = () => void find();
  hid.addEventListener('connect', back);
  hid.addEventListener('disconnect', gone);
  const alive = setInterval(() => {
    unsaid = true;
    if (state === 'busy') void find();
    void send();
  }, ALIVE_MS);
  void find();
  return async () => {
    stopped = true;
    clearInterval(alive);
    hid.removeEventListener('connect', back);
    hid.removeEventListener('disconnect', gone);
    device?.removeEventListener('inputreport', take);
    await device?.close();
  };
}

/** Number and bytes of an `inputreport` event. */
function reportOf(event: Event): { reportId: number; data: Uint8Array } {
  const [reportId, data] = [Reflect.get(event, 'reportId'), Reflect.get(event, 'data')];
  if (typeof reportId !== 'number' || !(data instanceof DataView))
    throw new TypeError('an inputreport event without a report');
  return { reportId, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
