import type { z } from 'zod';
import { auditSeries } from '../../analysis/checkpoints/audit-series.ts';
import { auditParamsSchema } from '../../contract/checkpoints.ts';
import { UserError } from '../../core/errors.ts';
import type { JobType } from '../../jobs/job-type.ts';

/** Looks through the checkpoints of one run for faults and keeps the verdicts with the run. */
export function auditJob(): JobType<z.infer<typeof auditParamsSchema>> {
  return {
    type: 'checkpoint.audit',
    params: auditParamsSchema,
    title: () => 'Audit of checkpoints',
    recovery: 'restart',
    inputs: (project, { runId }) =>
      project.checkpoints.list(runId).map(({ id }) => ({ id, tensors: project.checkpoints.tensors(id) })),
    async run({ project, signal, report }, { runId }) {
      const { checkpoints } = project;
      const series = checkpoints.list(runId).map(({ id, step }) => ({
        id,
        step,
        tensors: checkpoints.tensors(id),
        read: (name: string) => checkpoints.read(id, name).values,
      }));
      if (series.length < 2) {
        const { name } = project.training.get(runId);
        throw new UserError(
          'audit.too-few',
          `${name} has ${series.length} checkpoints; an audit compares at least two.`,
          { name, count: series.length },
        );
      }
      const audit = await auditSeries(runId, series, signal, report);
      project.training.putAudit(audit);
      return audit;
    },
  };
}
