import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { printPdf } from '../../reports/pdf.ts';
import { stationReport } from '../../reports/station-report.ts';
import type { Station } from '../services/station/station.ts';

const query = z.object({
  format: z.enum(['html', 'pdf']).catch('pdf'),
  language: z.enum(['en', 'zh']).catch('en'),
});

/**
 * The station's one-page report of this moment, as HTML or printed as PDF.
 * @throws UserError `report.no-chromium`, `report.pdf-failed`
 */
export async function stationReportResponse(
  station: Station,
  version: string,
  search: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const { format, language } = query.parse(search);
  const shown = await station.view(-1);
  const html = stationReport({ ...shown, version, madeAt: Date.now() }, language);
  const headers = { 'cache-control': 'no-store' };
  if (format === 'html')
    return new Response(html, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-station-'));
  try {
    const [from, to] = [join(folder, 'station.html'), join(folder, 'station.pdf')];
    await writeFile(from, html);
    await printPdf(from, to, signal);
    return new Response(Uint8Array.from(await readFile(to)), {
      headers: { ...headers, 'content-type': 'application/pdf' },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
