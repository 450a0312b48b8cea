import { type BidsExportPlan, bidsExportPlanSchema } from '../../contract/bids-export.ts';
import type { JobType } from '../../jobs/job-type.ts';
import { exportBids } from './export-bids.ts';

/** The job that writes a project as a BIDS dataset. Half a dataset in the way is said, and never written over. */
export function bidsExportJob(version: string): JobType<BidsExportPlan> {
  return {
    type: 'export.bids',
    params: bidsExportPlanSchema,
    title: () => 'BIDS export',
    recovery: 'interrupt',
    run: ({ project, signal, report }, { folder }) => exportBids(project, folder, version, signal, report),
  };
}
