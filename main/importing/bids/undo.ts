import type { BidsReport } from '../../contract/bids.ts';
import type { Project } from '../../data/project.ts';
import { undoImport } from '../fmri/undo.ts';
import { undoModalityImport } from '../undo-modality.ts';

/**
 * Takes the import of a dataset back whole: all modalities or none.
 * @throws UserError `array.in-use` where a study or feature set rests on it
 */
export function undoBidsImport(project: Project, { fmri, meeg, eyetracking, ratings }: BidsReport): void {
  project.transaction(() => {
    if (fmri !== null) undoImport(project, fmri);
    if (meeg !== null) undoImport(project, { ...meeg, stimulusIds: [], spaceIds: [] });
    if (eyetracking !== null) undoModalityImport(project, eyetracking);
    if (ratings !== null) undoModalityImport(project, ratings);
  });
}
