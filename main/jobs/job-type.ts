import type { ZodType } from 'zod';
import type { Preflight } from '../contract/jobs.ts';
import type { ReportProgress } from '../core/progress.ts';
import type { Project } from '../data/project.ts';

/** What a running job is given. It has the project open in its own process and commits as it goes. */
export interface JobContext {
  readonly jobId: string;
  readonly project: Project;
  /** Aborted when the user cancels; long loops check it between chunks. */
  readonly signal: AbortSignal;
  /** Throttled to one row update per 300 ms; safe to call per item. */
  readonly report: ReportProgress;
  /** What the last commit of an earlier attempt left, or undefined on a first start. */
  cursor<C>(): C | undefined;
  /**
   * Runs `write` and stores `cursor` in one transaction: after a kill at any point, either both are there or
   * neither is, and the job resumes from `cursor`.
   */
  commit<C>(cursor: C, write: () => void): void;
}

/**
 * A kind of long work. Importers and studies declare theirs; compose.ts registers them. The jobs room knows
 * none of them by name.
 */
export interface JobType<P> {
  readonly type: string;
  readonly params: ZodType<P>;
  /** One line for the jobs tray, in English; the page translates by `type`. */
  title(params: P): string;
  /** What happens to a job found half-done at start: taken up from its cursor, begun anew, or marked interrupted. */
  readonly recovery: 'resume' | 'restart' | 'interrupt';
  /**
   * What besides the parameters decides the result: content hashes of recordings, sizes and dates of input files.
   * Where it is declared, the same work done before with the same code is not done again. JSON.
   */
  inputs?(project: Project, params: P): unknown;
  /** Whether an earlier result still stands: false once what it points to was deleted. Asked only with `inputs`. */
  stillValid?(project: Project, result: unknown): boolean;
  /** Memory, time and disk the job will need, told before it is queued. */
  preflight?(project: Project, params: P): Promise<Preflight>;
  /** Does the work; what it returns (JSON) becomes the job's result. Throws UserError for a refusal. */
  run(context: JobContext, params: P): Promise<unknown>;
}
