import { openBrainVision } from './brainvision/open-brainvision.ts';
import { openCtf } from './ctf/open-ctf.ts';
import { openEdf } from './edf/open-edf.ts';
import { openEeglab } from './eeglab/open-eeglab.ts';
import { openRawFif } from './fif/raw.ts';
import { openKit } from './kit/open-kit.ts';
import type { Recording } from './meeg/recording.ts';
import { type FileKind, sniffFile } from './sniff.ts';
import { unknownKind } from './unknown-kind.ts';
import { openXdf } from './xdf/open-xdf.ts';

const openers: Partial<Record<FileKind, (path: string) => Promise<Recording>>> = {
  brainvision: openBrainVision,
  ctf: openCtf,
  edf: openEdf,
  fif: openRawFif,
  hdf5: openEeglab,
  kit: openKit,
  mat: openEeglab,
  xdf: openXdf,
};

/**
 * Opens a MEG or EEG recording of any format, told by its content; the caller closes it.
 * @throws UserError `file.unknown-kind` where it is none, and as the format's reader
 */
export async function openRecording(path: string): Promise<Recording> {
  const open = openers[await sniffFile(path)];
  if (open === undefined) throw unknownKind(path);
  return open(path);
}
