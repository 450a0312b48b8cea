import { decodeReports, hidBatchQuerySchema } from '../../contract/hid-reports.ts';
import { UserError } from '../../core/errors.ts';
import type { Station } from '../services/station/station.ts';

/**
 * Takes a batch of HID reports from the page: `POST /station/reports?state=open&dropped=0`, body as `encodeReports`.
 * Answered once the reports are taken, which is how the page knows to wait.
 * @throws UserError('live.torn-batch'), and 'live.not-hid' where another kind of device is open
 */
export async function stationReportsResponse(station: Station, request: Request): Promise<Response> {
  const query = hidBatchQuerySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  const reports = decodeReports(new Uint8Array(await request.arrayBuffer()));
  if (!query.success || reports === null)
    throw new UserError('live.torn-batch', 'A batch of HID reports came damaged and was dropped.');
  await station.push({ ...query.data, reports });
  return new Response(null, { status: 204 });
}
