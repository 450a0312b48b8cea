import { UserError } from '../../core/errors.ts';
import { looksEeglab } from '../eeglab/fields.ts';
import { openEeglab } from '../eeglab/open-eeglab.ts';
import { openMat } from '../mat/open-mat.ts';
import type { MatFile, MatValue } from '../mat/types.ts';
import { describeMat } from './inspect-mat.ts';
import { inspectRecording } from './inspect-recording.ts';

/**
 * What `gyrus inspect` says of a MATLAB file of version 4 to 7: every variable, nested ones by their first element, and
 * the recording where EEGLAB saved one in it.
 */
export async function inspectMatlab(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = readOnce(await openMat(path));
  try {
    const isRecording = looksEeglab(file.variables.map(({ name }) => name));
    const contents = { format: 'mat', ...(await describeMat(file, stats, isRecording)) };
    return isRecording ? await withRecording(path, stats, contents, file) : contents;
  } finally {
    await file.close();
  }
}

/** A file whose variables are kept when they are read, for two who read them one after the other. */
function readOnce(file: MatFile): MatFile {
  const variables = file.variables.map((variable) => {
    let value: Promise<MatValue> | undefined;
    const read = (): Promise<MatValue> => {
      value ??= variable.read();
      return value;
    };
    return { ...variable, read };
  });
  return { ...file, variables };
}

/** The same for MATLAB 7.3, which is HDF5; other HDF5 files have their datasets only. */
export async function inspectMatlabHdf5(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const { inspectHdf5 } = await import('./inspect-hdf5.ts');
  const found = await inspectHdf5(path, stats);
  if (found.userblock_matlab !== true) return found;
  const file = await openMat(path);
  const names = file.variables.map(({ name }) => name);
  await file.close();
  return looksEeglab(names) ? withRecording(path, stats, found) : found;
}

async function withRecording(
  path: string,
  stats: boolean,
  contents: Record<string, unknown>,
  file?: MatFile,
): Promise<Record<string, unknown>> {
  const recording = await openEeglab(path, file).catch((thrown: unknown) => {
    if (thrown instanceof UserError) return thrown;
    throw thrown;
  });
  // The variables are there even where the samples lie in a file that is not.
  if (recording instanceof UserError) return { ...contents, mne: { error: recording.toInfo() } };
  const epoched = recording.trials > 1;
  const described = await inspectRecording(recording, epoched ? 'eeglab epochs' : 'eeglab raw', stats);
  const epochs = epoched
    ? {
        n_epochs: recording.trials,
        n_times: recording.samplesPerTrial,
        tmin: recording.tmin,
        tmax: recording.tmax,
      }
    : {};
  const all = { ...described, ...epochs };
  // The reference lists both readers' views of some datasets: the variables, and MNE's recording under its name.
  return { ...contents, ...all, mne: all };
}
