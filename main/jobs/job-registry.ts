import type { Preflight } from '../contract/jobs.ts';
import { UserError } from '../core/errors.ts';
import type { Project } from '../data/project.ts';
import type { JobContext, JobType } from './job-type.ts';

/** A job type together with parameters that it has accepted. */
export interface BoundJob {
  readonly type: string;
  readonly recovery: JobType<unknown>['recovery'];
  /** The parameters as parsed: defaults filled in. */
  readonly params: unknown;
  readonly title: string;
  preflight(project: Project): Promise<Preflight | null>;
  /** Undefined where the type does not say what decides its result. */
  inputs(project: Project): unknown;
  stillValid(project: Project, result: unknown): boolean;
  run(context: JobContext): Promise<unknown>;
}

/** Job types by name. */
export interface JobRegistry {
  register<P>(type: JobType<P>): void;
  types(): string[];
  /**
   * @throws UserError('job.unknown-type') for a name nobody registered, UserError('job.bad-params') where the type
   *   refuses the parameters
   */
  bind(type: string, params: unknown): BoundJob;
}

/** An empty registry; compose.ts fills it. */
export function createJobRegistry(): JobRegistry {
  const binders = new Map<string, (params: unknown) => BoundJob>();
  return {
    register(type) {
      if (binders.has(type.type)) throw new Error(`Job type ${type.type} is registered twice`);
      binders.set(type.type, (params) => bindJob(type, params));
    },
    types: () => [...binders.keys()],
    bind(type, params) {
      const bind = binders.get(type);
      if (!bind) {
        throw new UserError(
          'job.unknown-type',
          `This Gyrus has no job called “${type}”: update it to run this job.`,
          { type },
        );
      }
      return bind(params);
    },
  };
}

function bindJob<P>(type: JobType<P>, given: unknown): BoundJob {
  const parsed = type.params.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue.path.join('.') || 'parameters';
    throw new UserError('job.bad-params', `The job “${type.type}” cannot run: ${where}: ${issue.message}.`, {
      type: type.type,
      where,
      detail: issue.message,
    });
  }
  const params = parsed.data;
  return {
    type: type.type,
    recovery: type.recovery,
    params,
    title: type.title(params),
    preflight: async (project) => (await type.preflight?.(project, params)) ?? null,
    inputs: (project) => type.inputs?.(project, params),
    stillValid: (project, result) => type.stillValid?.(project, result) ?? true,
    run: (context) => type.run(context, params),
  };
}
