import type { ResourceStore } from '../core/resource-store.ts';
import type { Project } from '../data/project.ts';
import { encodingReport, type ReportLocale } from './encoding-report.ts';
import { keypointReport } from './keypoint-report.ts';
import { mulcogReport } from './mulcog-report.ts';

/**
 * The report of a finished run of any study as one self-contained HTML document.
 * @throws UserError `run.unknown`, `report.unfinished`, `resources.missing`
 */
export async function runReport(
  project: Project,
  runId: string,
  resources: ResourceStore,
  locale: ReportLocale,
): Promise<string> {
  const { study } = project.runs.get(runId);
  if (study === 'pressure-keypoints') return keypointReport(project, runId, locale);
  if (study === 'mulcog') return mulcogReport(project, runId, resources, locale);
  return encodingReport(project, runId, resources, locale);
}
