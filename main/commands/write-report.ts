import { writeFile } from 'node:fs/promises';
import type { Paths } from '../core/paths.ts';
import { folderResources } from '../core/resource-store.ts';
import type { Project } from '../data/project.ts';
import { encodingReport, type ReportLocale } from '../reports/encoding-report.ts';
import { printPdf } from '../reports/pdf.ts';

/** Writes a run's report; with `pdf` a PDF of the same name beside it. @returns the files written */
export async function writeReport(
  paths: Paths,
  project: Project,
  runId: string,
  out: string,
  options: { readonly pdf: boolean; readonly locale: ReportLocale },
  signal: AbortSignal,
): Promise<string[]> {
  const html = await encodingReport(project, runId, folderResources(paths.resources), options.locale);
  await writeFile(out, html);
  if (!options.pdf) return [out];
  const pdf = `${out.replace(/\.html?$/i, '')}.pdf`;
  await printPdf(out, pdf, signal);
  return [out, pdf];
}
