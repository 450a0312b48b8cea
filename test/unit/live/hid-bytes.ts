import type { HidReport } from '../../../main/contract/hid-reports.ts';
import { type Device, deviceSchema, framingSchema } from '../../../main/contract/live.ts';
import { encodeFrame } from '../../../main/live/framing/encode-frame.ts';

const framing = framingSchema.parse({
  kind: 'binary',
  header: 'aa55',
  counter: 'uint16',
  value: 'uint16',
  checksum: 'crc16',
});
if (framing.kind !== 'binary') throw new Error('the schema changed the kind');
/** The framing of the mat below. */
export const matFraming = framing;

/** A mat of 8 × 8 cells that sends its frames as reports of 64 bytes, filled up with zeros as USB does. */
export const REPORT_BYTES = 64;
export const cells = 64;

export const hidTransport = {
  kind: 'hid',
  vendorId: 0x1209,
  productId: 0x0001,
  usagePage: 0xff00,
  usage: 1,
  reportId: null,
} as const;

export function hidDevice(changes: Partial<Device> = {}): Device {
  return deviceSchema.parse({
    name: 'mat',
    transport: hidTransport,
    framing: matFraming,
    rows: 8,
    cols: 8,
    ...changes,
  });
}

/** A frame whose every cell tells its number, so that a torn one shows. */
export const frameValues = (index: number) => Array.from({ length: cells }, (_, cell) => index * 100 + cell);

/** The reports that carry some bytes. */
export function reportsOf(bytes: Uint8Array, id = 1): HidReport[] {
  return Array.from({ length: Math.ceil(bytes.length / REPORT_BYTES) }, (_, at) => {
    const report = new Uint8Array(REPORT_BYTES);
    report.set(bytes.subarray(at * REPORT_BYTES, (at + 1) * REPORT_BYTES));
    return { id, bytes: report };
  });
}

/** The reports of one frame: 134 bytes in three reports, the last with 58 bytes of filling. */
export const frameReports = (index: number, id = 1) =>
  reportsOf(encodeFrame(matFraming, frameValues(index), index), id);
