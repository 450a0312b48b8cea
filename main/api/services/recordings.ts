import type { ArrayInfo } from '../../contract/arrays.ts';
import type { Recording, VolumeSpace } from '../../contract/recordings.ts';
import type { Project } from '../../data/project.ts';
import type { Activity } from '../../data/stores/provenance.ts';

/** A row of the recordings table. */
export type RecordingRow = Recording & { readonly label: string; readonly seconds: number };

/** "sub-01 · ses-1 · task-story · run-2": the entities that there are, as BIDS writes them. */
export function recordingLabel(recording: Recording): string {
  const entity = (key: string, value: string | null) => (value === null ? [] : [`${key}-${value}`]);
  return [
    ...entity('sub', recording.subject),
    ...entity('ses', recording.session),
    ...entity('task', recording.task),
    ...entity('run', recording.run),
  ].join(' · ');
}

/** All recordings with the words that tables show. */
export function listRecordings(project: Project): RecordingRow[] {
  return project.recordings.list().map(asRow);
}

function asRow(recording: Recording): RecordingRow {
  return {
    ...recording,
    label: recordingLabel(recording),
    seconds: recording.sampleCount * recording.samplingInterval,
  };
}

/** All that the inspector shows of one recording. `activity` is the import that made it, null where it is unknown. */
export interface RecordingDetails {
  readonly recording: RecordingRow;
  readonly data: ArrayInfo;
  readonly storedBytes: number;
  readonly space: VolumeSpace | null;
  readonly stimulusName: string | null;
  readonly activity: Activity | null;
}

/** One recording with what it points to. Throws the store's refusal for an unknown id. */
export function describeRecording(project: Project, id: string): RecordingDetails {
  const recording = project.recordings.get(id);
  const { spaceId, stimulusId, dataArrayId } = recording;
  const activities = project.provenance.list();
  return {
    recording: asRow(recording),
    data: project.arrays.info(dataArrayId),
    storedBytes: project.arrays.storedBytes(dataArrayId),
    space: spaceId === null ? null : project.spaces.find(spaceId),
    stimulusName: stimulusId === null ? null : (project.stimuli.find(stimulusId)?.name ?? null),
    activity: activities.find((activity) => activity.outputs.some((output) => output.id === id)) ?? null,
  };
}
