import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ResourceStore } from '../../core/resource-store.ts';
import type { Project } from '../../data/project.ts';
import { printPdf } from '../../reports/pdf.ts';
import { runReport } from '../../reports/run-report.ts';
import { stationReport } from '../../reports/station-report.ts';
import type { Station } from '../services/station/station.ts';

const querySchema = z.object({
  format: z.enum(['html', 'pdf']).catch('pdf'),
  language: z.enum(['en', 'zh']).catch('en'),
});

/** A request for a report: what its address asks for, and how it ends. */
export interface ReportRequest {
  readonly query: Record<string, string>;
  readonly signal: AbortSignal;
}

/**
 * The report of a finished run, as HTML or printed as PDF.
 * @throws UserError `run.unknown`, `report.unfinished`, `report.no-chromium`, `report.pdf-failed`
 */
export async function runReportResponse(
  project: Project,
  runId: string,
  resources: ResourceStore,
  request: ReportRequest,
): Promise<Response> {
  const { language, format } = querySchema.parse(request.query);
  return documentResponse(await runReport(project, runId, resources, language), format, request.signal);
}

/**
 * The station's one-page report of this moment, as HTML or printed as PDF.
 * @throws UserError `report.no-chromium`, `report.pdf-failed`
 */
export async function stationReportResponse(
  station: Station,
  version: string,
  request: ReportRequest,
): Promise<Response> {
  const { language, format } = querySchema.parse(request.query);
  const shown = await station.view(-1);
  const html = stationReport({ ...shown, version, madeAt: Date.now() }, language);
  return documentResponse(html, format, request.signal);
}

async function documentResponse(
  html: string,
  format: 'html' | 'pdf',
  signal: AbortSignal,
): Promise<Response> {
  const headers = { 'cache-control': 'no-store' };
  if (format === 'html')
    return new Response(html, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-report-'));
  try {
    const [from, to] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(from, html);
    await printPdf(from, to, signal);
    return new Response(Uint8Array.from(await readFile(to)), {
      headers: { ...headers, 'content-type': 'application/pdf' },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
