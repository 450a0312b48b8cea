import type { EncodingResult, EncodingStudyParams } from '../../contract/encoding.ts';
import type { ProvenanceSummary } from '../../contract/study.ts';
import type { Project } from '../../data/project.ts';
import type { EntityRef } from '../../data/stores/provenance.ts';
import { recordingLabel, type SubjectInput } from './resolve-inputs.ts';
import type { StudyDeps } from './study-deps.ts';

/** True when anything that enters was simulated. */
export function isSimulated(inputs: readonly SubjectInput[]): boolean {
  return inputs.some(({ runs }) => runs.some(({ recording }) => recording.simulated));
}

/** What the report prints of how the numbers came about. */
export function describeProvenance(
  deps: StudyDeps,
  inputs: readonly SubjectInput[],
  params: EncodingStudyParams,
  startedAt: number,
): ProvenanceSummary {
  const files = new Map<string, ProvenanceSummary['inputs'][number]>();
  for (const { runs } of inputs)
    for (const { recording } of runs) for (const file of recording.sourceFiles) files.set(file.path, file);
  return {
    codeVersion: deps.codeVersion,
    seed: params.seed,
    startedAt,
    endedAt: Date.now(),
    platform: `${process.platform} ${process.arch}`,
    versions: { ...deps.versions },
    inputs: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Writes the study into the project's provenance graph: recordings and stimuli in, arrays and the run out. */
export function recordStudy(
  deps: StudyDeps,
  project: Project,
  inputs: readonly SubjectInput[],
  result: EncodingResult,
  runId: string,
): void {
  const sources = inputs.flatMap(({ runs }) =>
    runs.flatMap(({ recording, stimulus }): EntityRef[] => [
      { kind: 'recording', id: recording.id, label: recordingLabel(recording) },
      { kind: 'stimulus', id: stimulus.id, label: stimulus.name },
    ]),
  );
  const unique = [...new Map(sources.map((entity) => [`${entity.kind} ${entity.id}`, entity])).values()];
  const made = project.runs
    .arrays(runId)
    .filter((link) => link.role !== 'voxelIndex')
    .map(
      (link): EntityRef => ({ kind: 'array', id: link.arrayId, label: `sub-${link.subject} ${link.role}` }),
    );
  project.provenance.record({
    kind: 'study.encoding',
    params: result.params,
    codeVersion: deps.codeVersion,
    seed: result.params.seed,
    startedAt: result.provenance.startedAt,
    endedAt: result.provenance.endedAt,
    inputs: unique,
    outputs: [{ kind: 'run', id: runId, label: project.runs.get(runId).name }, ...made],
  });
}
