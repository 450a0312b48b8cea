import type { MulcogResult } from '../../contract/mulcog.ts';
import type { ProvenanceSummary } from '../../contract/study.ts';
import type { Project } from '../../data/project.ts';
import type { MulcogDeps } from './deps.ts';
import type { KindInput } from './kinds.ts';

/** What the report prints of how the numbers came about. */
export function describeMulcogProvenance(
  deps: MulcogDeps,
  kinds: readonly KindInput[],
  seed: number,
  startedAt: number,
): ProvenanceSummary {
  const files = new Map<string, ProvenanceSummary['inputs'][number]>();
  for (const { sets } of kinds)
    for (const set of sets) for (const file of set.sourceFiles) files.set(file.path, file);
  return {
    codeVersion: deps.codeVersion,
    seed,
    startedAt,
    endedAt: Date.now(),
    platform: `${process.platform} ${process.arch}`,
    versions: { ...deps.versions },
    inputs: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Writes the study into the project's provenance graph: item sets in, arrays and the run out. */
export function recordMulcog(
  deps: MulcogDeps,
  project: Project,
  kinds: readonly KindInput[],
  result: MulcogResult,
  runId: string,
): void {
  project.provenance.record({
    kind: 'study.mulcog',
    params: result.params,
    codeVersion: deps.codeVersion,
    seed: result.params.seed,
    startedAt: result.provenance.startedAt,
    endedAt: result.provenance.endedAt,
    inputs: kinds.flatMap(({ sets }) =>
      sets.map(({ id, name }) => ({ kind: 'items' as const, id, label: name })),
    ),
    outputs: [
      { kind: 'run', id: runId, label: project.runs.get(runId).name },
      ...project.runs.arrays(runId).map(({ arrayId, subject, role }) => ({
        kind: 'array' as const,
        id: arrayId,
        label: `${subject} ${role}`,
      })),
    ],
  });
}
