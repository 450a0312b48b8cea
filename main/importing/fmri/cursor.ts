import type { ErrorInfo, Notice } from '../../contract/errors.ts';
import type { ImportReport } from '../../contract/importing.ts';

/** A subject's voxel set as stored: which runs it serves and where its space lies. */
export interface StoredGroup {
  readonly key: string;
  readonly spaceId: string;
  readonly images: readonly string[];
  readonly notices: readonly Notice[];
}

/** The run being streamed: everything before `nextVolume` is stored. */
export interface CurrentRun {
  readonly image: string;
  readonly arrayId: string;
  readonly nextVolume: number;
  /** Values that were NaN or infinite and replaced, and the first few such voxels. */
  readonly replaced: number;
  readonly replacedNames: readonly string[];
}

/** All that an interrupted import needs to go on; plain JSON. */
export interface ImportCursor {
  readonly startedAt: number;
  readonly groups: readonly StoredGroup[];
  readonly current: CurrentRun | null;
  readonly recordings: ImportReport['recordings'];
  readonly failed: readonly { readonly image: string; readonly label: string; readonly error: ErrorInfo }[];
  readonly stimulusIds: readonly string[];
  readonly spaceIds: readonly string[];
  readonly arrayIds: readonly string[];
  readonly bytes: number;
}

/** The cursor of an import that has done nothing yet. `startedAt` in milliseconds since the epoch. */
export function emptyCursor(startedAt: number): ImportCursor {
  return {
    startedAt,
    groups: [],
    current: null,
    recordings: [],
    failed: [],
    stimulusIds: [],
    spaceIds: [],
    arrayIds: [],
    bytes: 0,
  };
}
