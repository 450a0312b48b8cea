import type { ModalityReport } from '../contract/modality-import.ts';
import type { Project } from '../data/project.ts';

/**
 * Takes a pressure, eye-tracking or ratings import back whole: its recordings and item sets, then their arrays.
 * @throws UserError `array.in-use` where something still points to an array (nothing is removed then)
 */
export function undoModalityImport(project: Project, report: ModalityReport): void {
  project.transaction(() => {
    for (const { recordingId } of report.recordings)
      if (project.recordings.find(recordingId)) project.recordings.delete(recordingId);
    for (const id of report.itemSetIds ?? []) if (project.itemSets.find(id)) project.itemSets.delete(id);
    for (const id of report.arrayIds) if (project.arrays.find(id)) project.arrays.delete(id);
  });
}
