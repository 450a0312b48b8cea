import { z } from 'zod';

/** One input report as the device sent it, its number apart. */
export interface HidReport {
  /** 0 for devices that do not number their reports. */
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** How the device is as the page sees it; all but "open" say why nothing comes. */
export const hidStateSchema = z.enum(['open', 'unplugged', 'absent', 'busy']);
export type HidState = z.infer<typeof hidStateSchema>;

/** What stands in the address of a batch of reports; the reports are its body. */
export const hidBatchQuerySchema = z.object({
  state: hidStateSchema,
  /** Reports that the page threw away since the batch before. */
  dropped: z.coerce.number().int().nonnegative(),
});

/** A batch of input reports, oldest first. */
export interface HidBatch extends z.infer<typeof hidBatchQuerySchema> {
  readonly reports: readonly HidReport[];
}

const HEAD_BYTES = 3;

/** Reports one after the other: number (uint8), length (uint16, little-endian), bytes. */
export function encodeReports(reports: readonly HidReport[]): Uint8Array<ArrayBuffer> {
  const size = reports.reduce((sum, { bytes }) => sum + HEAD_BYTES + bytes.length, 0);
  const body = new Uint8Array(size);
  const view = new DataView(body.buffer);
  let at = 0;
  for (const { id, bytes } of reports) {
    view.setUint8(at, id);
    view.setUint16(at + 1, bytes.length, true);
    body.set(bytes, at + HEAD_BYTES);
    at += HEAD_BYTES + bytes.length;
  }
  return body;
}

/** The reverse of `encodeReports`; null where the bytes end in the middle of a report. */
export function decodeReports(body: Uint8Array): HidReport[] | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const reports: HidReport[] = [];
  let at = 0;
  while (at < body.length) {
    if (at + HEAD_BYTES > body.length) return null;
    const end = at + HEAD_BYTES + view.getUint16(at + 1, true);
    if (end > body.length) return null;
    reports.push({ id: view.getUint8(at), bytes: body.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return reports;
}
