import { UserError } from '../../core/errors.ts';
import { looksEeglab } from '../eeglab/fields.ts';
import { openEeglab } from '../eeglab/open-eeglab.ts';
import { openMat } from '../mat/open-mat.ts';
import { inspectMat } from './inspect-mat.ts';
import { inspectRecording } from './inspect-recording.ts';

/** What `gyrus inspect` says of a MATLAB file: its variables, and the recording where EEGLAB saved one in it. */
export async function inspectMatlab(path: string, stats: boolean): Promise<Record<string, unknown>> {
  return withRecording(path, stats, await inspectMat(path, stats));
}

/** The same for MATLAB 7.3, which is HDF5; other HDF5 files have their datasets only. */
export async function inspectMatlabHdf5(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const { inspectHdf5 } = await import('./inspect-hdf5.ts');
  const found = await inspectHdf5(path, stats);
  return found.userblock_matlab === true ? withRecording(path, stats, found) : found;
}

async function withRecording(
  path: string,
  stats: boolean,
  contents: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const file = await openMat(path);
  const names = file.variables.map(({ name }) => name);
  await file.close();
  if (!looksEeglab(names)) return contents;
  const recording = await openEeglab(path).catch((thrown: unknown) => {
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
