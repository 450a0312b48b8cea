import { type ClockModel, plainClock } from '../../contract/clock.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { Recording, VolumeSpace } from '../../contract/recordings.ts';
import type { Stimulus } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';

/** All that one subject brings to the study, runs in the order of the sample axis. */
export interface SubjectInput {
  readonly subject: string;
  readonly runs: readonly {
    readonly recording: Recording;
    readonly stimulus: Stimulus;
    readonly clock: ClockModel;
  }[];
  readonly space: VolumeSpace;
}

/**
 * Recordings grouped by subject (labels ascending, runs in project order) with their stimuli.
 * @throws UserError `encoding.shuffled`, `recording.unknown`, `encoding.not-fmri`, `encoding.no-words`,
 * `encoding.several-spaces`, `encoding.several-intervals`, `encoding.layer-unknown`
 */
export function resolveInputs(project: Project, params: EncodingStudyParams): SubjectInput[] {
  if (params.split.kind === 'shuffled') {
    throw new UserError(
      'encoding.shuffled',
      'Shuffled folds are refused for recordings over time: neighbouring volumes resemble each other, so every test volume would be known from its neighbours in training; use leave-one-run-out or contiguous folds.',
    );
  }
  const wanted = new Set(params.recordingIds);
  for (const id of wanted) project.recordings.get(id);
  const recordings = project.recordings.list().filter((recording) => wanted.has(recording.id));
  const subjects = [...new Set(recordings.map((recording) => recording.subject))].sort();
  return subjects.map((subject) =>
    subjectInput(
      project,
      subject,
      recordings.filter((recording) => recording.subject === subject),
    ),
  );
}

function subjectInput(project: Project, subject: string, recordings: readonly Recording[]): SubjectInput {
  const runs = recordings.map((recording) => {
    const label = recordingLabel(recording);
    if (recording.modality !== 'fmri') {
      throw new UserError(
        'encoding.not-fmri',
        `${label} is ${recording.modality}; the encoding study takes fMRI runs only, so leave it out.`,
        { recording: label, modality: recording.modality },
      );
    }
    if (recording.stimulusId === null) {
      throw new UserError(
        'encoding.no-words',
        `${label} has no words with times; import its events or TextGrid, or leave the run out.`,
        { recording: label },
      );
    }
    const clock = project.alignments.find(recording.id)?.model ?? plainClock;
    return { recording, stimulus: project.stimuli.get(recording.stimulusId), clock };
  });
  const spaces = [...new Set(recordings.map((recording) => recording.spaceId))];
  if (spaces.length !== 1 || spaces[0] === null) {
    throw new UserError(
      'encoding.several-spaces',
      `Runs of subject ${subject} lie on ${spaces.length} different voxel grids or masks; import them with one mask.`,
      { subject, spaces: spaces.length },
    );
  }
  if (new Set(recordings.map((recording) => recording.samplingInterval)).size > 1) {
    throw new UserError(
      'encoding.several-intervals',
      `Runs of subject ${subject} have different repetition times; fit them in separate studies.`,
      { subject },
    );
  }
  return { subject, runs, space: project.spaces.get(spaces[0]) };
}

/** "sub-01 run-2", as people know the run. */
export function recordingLabel(recording: Recording): string {
  const session = recording.session === null ? '' : ` ses-${recording.session}`;
  const run = recording.run === null ? '' : ` run-${recording.run}`;
  return `sub-${recording.subject}${session} task-${recording.task}${run}`;
}
