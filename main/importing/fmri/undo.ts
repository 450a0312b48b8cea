import type { ImportReport } from '../../contract/importing.ts';
import type { Project } from '../../data/project.ts';
import { arraysOf } from './groups.ts';
import { markRepeats } from './repeats.ts';

/** What an import of any modality reports of what it made. */
export type Undoable = Pick<ImportReport, 'stimulusIds' | 'spaceIds' | 'arrayIds'> & {
  readonly recordings: readonly { readonly recordingId: string; readonly subject: string }[];
};

/**
 * Takes an import back whole: its recordings and their arrays, and those of its stimuli and spaces that nothing
 * else uses. What is gone already is passed over; a study run that used them keeps its own results.
 * @throws UserError `array.in-use` where a study still points to an array (nothing is removed then)
 */
export function undoImport(project: Project, report: Undoable): void {
  project.transaction(() => {
    for (const { recordingId } of report.recordings) {
      if (project.recordings.find(recordingId)) project.recordings.delete(recordingId);
    }
    const left = project.recordings.list();
    const features = project.features.list();
    for (const id of report.stimulusIds) {
      const used = left.some((one) => one.stimulusId === id) || features.some((one) => one.stimulusId === id);
      if (!used && project.stimuli.find(id)) project.stimuli.delete(id);
    }
    const spared = new Set<string>();
    for (const id of report.spaceIds) {
      const space = project.spaces.find(id);
      if (!space) continue;
      if (!left.some((one) => one.spaceId === id)) project.spaces.delete(id);
      else for (const array of arraysOf(space)) spared.add(array);
    }
    for (const id of report.arrayIds) {
      if (!spared.has(id) && project.arrays.find(id)) project.arrays.delete(id);
    }
    markRepeats(
      project,
      report.recordings.map(({ subject }) => subject),
    );
  });
}
