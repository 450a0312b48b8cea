import type { DiagnosisStep } from '../../contract/settings.ts';
import { toErrorInfo } from '../../core/errors.ts';

/** What one check found; the check throws a UserError where the workstation fails it. */
export interface DiagnosisFinding {
  readonly state: 'passed' | 'warning';
  readonly facts: DiagnosisStep['facts'];
  readonly problem?: DiagnosisStep['problem'];
}

export interface DiagnosisCheck {
  /** "database", "disk", "memory", "providers", "write": also the key of its translated name. */
  readonly id: string;
  run(): Promise<DiagnosisFinding>;
}

/** "Check this workstation": steps that a user runs and reads. */
export interface Diagnosis {
  ids(): string[];
  /** Runs one step; a fault becomes its result, never an exception. */
  run(id: string): Promise<DiagnosisStep>;
}

/** The checks as steps that a page runs one by one. */
export function createDiagnosis(checks: readonly DiagnosisCheck[]): Diagnosis {
  const byId = new Map(checks.map((check) => [check.id, check]));
  return {
    ids: () => checks.map((check) => check.id),
    run: async (id) => {
      const started = performance.now();
      const milliseconds = () => Math.round(performance.now() - started);
      try {
        const finding = await byId.get(id)?.run();
        if (finding === undefined) throw new Error(`no such check: ${id}`);
        return { id, problem: null, ...finding, milliseconds: milliseconds() };
      } catch (thrown) {
        return { id, state: 'failed', facts: [], problem: toErrorInfo(thrown), milliseconds: milliseconds() };
      }
    },
  };
}
