import { writeFile } from 'node:fs/promises';
import type { Paths } from '../core/paths.ts';
import { folderResources } from '../core/resource-store.ts';
import type { Project } from '../data/project.ts';
import type { ReportLocale } from '../reports/encoding-report.ts';
import { printPdf } from '../reports/pdf.ts';
import { runReport } from '../reports/run-report.ts';

/**
 * Writes a run's report; with `pdf` a PDF of the same name beside it. A name that does not end in .html gets
 * that ending, since browsers show any other as text.
 * @returns the files written
 */
export async function writeReport(
  paths: Paths,
  project: Project,
  runId: string,
  out: string,
  options: { readonly pdf: boolean; readonly locale: ReportLocale },
  signal: AbortSignal,
): Promise<string[]> {
  const resources = folderResources(paths.resources);
  const html = await runReport(project, runId, resources, options.locale);
  const file = /\.html?$/i.test(out) ? out : `${out}.html`;
  await writeFile(file, html);
  if (!options.pdf) return [file];
  const pdf = file.replace(/html?$/i, 'pdf');
  await printPdf(file, pdf, signal);
  return [file, pdf];
}
