import { encodeReports, type HidBatch } from '../../main/contract/hid-reports.ts';

/** The part of a WebHID device that is used; TypeScript's DOM library has none of it (https://wicg.github.io/webhid). */
export interface HidDevice extends EventTarget {
  readonly opened: boolean;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly collections: readonly { readonly usagePage?: number; readonly usage?: number }[];
  open(): Promise<void>;
  close(): Promise<void>;
}

/** `connect` and `disconnect` come as events with the device. */
export interface WebHid extends EventTarget {
  getDevices(): Promise<HidDevice[]>;
  requestDevice(options: { filters: [] }): Promise<HidDevice[]>;
}

declare global {
  interface Navigator {
    readonly hid?: WebHid;
  }
}

/** WebHID, or null in browsers without it. */
export function webHid(): WebHid | null {
  return navigator.hid ?? null;
}

/** Sends a batch of reports; resolves when the station has taken them. Throws where it did not. */
export async function postReports({ state, dropped, reports }: HidBatch): Promise<void> {
  const response = await fetch(`/station/reports?state=${state}&dropped=${dropped}`, {
    method: 'POST',
    body: encodeReports(reports),
  });
  if (!response.ok) throw new Error(`/station/reports: ${response.status}`);
}
