import { type EncodingResult, type EncodingSubject, encodingResultSchema } from '../../contract/encoding.ts';
import type { EncodingMaps } from '../../contract/encoding-maps.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';

/** The result of a finished encoding run; null while there is none. Throws UserError('run.unknown'). */
export function encodingResultOf(project: Project, runId: string): EncodingResult | null {
  const run = project.runs.get(runId);
  if (run.study !== 'encoding' || run.state !== 'complete') return null;
  return encodingResultSchema.parse(run.summary);
}

function subjectOf(
  project: Project,
  runId: string,
  name: string,
): { result: EncodingResult; subject: EncodingSubject } {
  const result = encodingResultOf(project, runId);
  const subject = result?.subjects.find((candidate) => candidate.subject === name);
  if (result === null || subject === undefined) {
    throw new UserError('run.no-subject', `This run holds no finished result for subject ${name}.`, {
      subject: name,
    });
  }
  return { result, subject };
}

/** What the viewer needs to show one subject of a run. Throws UserError('run.no-subject'). */
export function encodingMaps(project: Project, runId: string, name: string): EncodingMaps {
  const { result, subject } = subjectOf(project, runId, name);
  return {
    space: project.spaces.get(subject.spaceId),
    subject,
    layers: result.featureSpace.layers,
    controls: result.controls,
    fdrLevel: result.params.fdrLevel,
    simulated: result.simulated,
  };
}

/** Measured and out-of-fold predicted course of kept voxel `voxel`, z-scored, all tested samples in manifest order. */
export interface VoxelTimeCourse {
  readonly samplingInterval: number;
  readonly measured: number[];
  readonly predicted: number[];
}

/** The course of one kept voxel. Throws UserError('run.no-subject' | 'run.no-voxel'). */
export function voxelTimeCourse(
  project: Project,
  runId: string,
  name: string,
  voxel: number,
): VoxelTimeCourse {
  const { subject } = subjectOf(project, runId, name);
  if (voxel >= subject.voxelCount) {
    throw new UserError(
      'run.no-voxel',
      `Subject ${name} has ${subject.voxelCount} voxels; there is no voxel ${voxel}.`,
      {
        subject: name,
        voxels: subject.voxelCount,
        voxel,
      },
    );
  }
  const column = (arrayId: string) => [
    ...project.arrays.readAs(arrayId, 'float32', [null, { start: voxel, stop: voxel + 1 }]).data,
  ];
  return {
    samplingInterval: subject.samplingInterval,
    measured: column(subject.arrays.measured),
    predicted: column(subject.arrays.predicted),
  };
}
