import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { inspectFile } from '../../formats/inspect/inspect-file.ts';
import type { CommandDeps } from '../command.ts';
import { type Rival, runRival } from './python-rival.ts';
import { runSelf } from './run-self.ts';

/** Folders of the samples, by format, and the Python that reads them whole. */
const formats: Readonly<Record<string, { readonly folder: string; readonly script: string | null }>> = {
  nifti: { folder: 'nifti', script: 'import nibabel\nread = lambda p: nibabel.load(p).get_fdata().sum()' },
  gifti: {
    folder: 'gifti',
    script: 'import nibabel\nread = lambda p: [d.data.sum() for d in nibabel.load(p).darrays]',
  },
  cifti: { folder: 'cifti', script: 'import nibabel\nread = lambda p: nibabel.load(p).get_fdata().sum()' },
  fif: {
    folder: 'fif',
    script:
      'import mne\nread = lambda p: mne.io.read_raw_fif(p, preload=True, verbose=False, allow_maxshield=True).get_data().sum()',
  },
  edf: {
    folder: 'edf',
    script: 'import mne\nread = lambda p: mne.io.read_raw(p, preload=True, verbose=False).get_data().sum()',
  },
  brainvision: {
    folder: 'brainvision',
    script: 'import mne\nread = lambda p: mne.io.read_raw(p, preload=True, verbose=False).get_data().sum()',
  },
  eeglab: {
    folder: 'eeglab',
    script: 'import mne\nread = lambda p: mne.io.read_raw(p, preload=True, verbose=False).get_data().sum()',
  },
  kit: {
    folder: 'kit',
    script: 'import mne\nread = lambda p: mne.io.read_raw(p, preload=True, verbose=False).get_data().sum()',
  },
  xdf: { folder: 'lsl_xdf', script: 'import pyxdf\nread = lambda p: pyxdf.load_xdf(p)' },
  mat: { folder: 'mat/scipy', script: 'import scipy.io\nread = lambda p: scipy.io.loadmat(p)' },
  hdf5: {
    folder: 'hdf5',
    script:
      'import h5py\ndef read(p):\n    f = h5py.File(p, "r")\n    f.visititems(lambda n, o: o[()] if hasattr(o, "shape") and o.shape is not None else None)',
  },
  dicom: { folder: 'dicom', script: null },
  pmd: {
    folder: 'pressure/pmd/experiment-i',
    script: 'import numpy\nread = lambda p: numpy.loadtxt(p).sum()',
  },
  'pressure vendors': { folder: 'pressure/pressuRe', script: null },
  popu: {
    folder: 'pressure/popu_preview/tactilus_data',
    script: 'import json\nread = lambda p: json.load(open(p))',
  },
  'eye tracking': { folder: 'eyetracking', script: null },
};

/** Megabytes read at least, after a round that does not count: small samples are read again and again. */
const LEAST_MB = 8;

/**
 * Throughput and peak memory of every reader, each in a process of its own, beside the Python library of its format
 * where there is one, on the files that the library reads. `loadedMB` is what the process held once its libraries were
 * loaded, before it read anything.
 * Settings: samples (../shared/samples), only (one format), paths (set by the bench itself).
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const root = settings.samples ?? '../shared/samples';
  if (!existsSync(root)) {
    throw new UserError(
      'bench.no-samples',
      `There are no sample files at ${root}: name their folder with --set samples=FOLDER.`,
    );
  }
  if (settings.paths !== undefined) return readAll(JSON.parse(settings.paths));
  const rows: Record<string, unknown>[] = [];
  for (const [format, { script }] of Object.entries(formats)) {
    if (settings.only !== undefined && settings.only !== format) continue;
    const all = files(root, format);
    const { good, ...python }: Rival & { readonly good?: readonly string[] } =
      script === null
        ? { missing: 'no library' }
        : await runRival(`${script}\n${loop}`, { files: all, least: LEAST_MB }, 1, deps.signal);
    const ours = await runSelf('readers', { samples: root, paths: JSON.stringify(good ?? all) }, deps);
    const row = { format, ...(ours as object), python };
    rows.push(row);
    deps.err(`${format}: ${JSON.stringify(row)}\n`);
  }
  return { rows };
}

/** Reads the files again and again like our own side, and skips what the library refuses. */
const loop = `
import os
total = 0
good = list(a["files"])
loaded = memory("VmHWM")
stop_at = a["least"] * 1e6
for path in list(good):
    try:
        read(path)
    except Exception:
        good.remove(path)
start = time.perf_counter()
while good and total < stop_at:
    for path in good:
        read(path)
        total += os.path.getsize(path)
stop()
done(files=len(good), good=good, loadedMB=loaded, megabytes=total / 1e6, megabytesPerSecond=total / 1e6 / max(measured["seconds"], 1e-9))
`;

function files(root: string, format: string): string[] {
  const folder = join(root, formats[format].folder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

async function readAll(paths: readonly string[]): Promise<Record<string, unknown>> {
  const good = new Set(paths);
  const loadedMB = process.resourceUsage().maxRSS / 1024;
  for (const path of paths) {
    await inspectFile(path, true).catch((thrown: unknown) => {
      if (!(thrown instanceof UserError)) throw thrown;
      good.delete(path);
    });
  }
  let bytes = 0;
  const started = performance.now();
  while (good.size > 0 && bytes < LEAST_MB * 1e6) {
    for (const path of good) {
      await inspectFile(path, true);
      bytes += statSync(path).size;
    }
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    files: good.size,
    megabytes: bytes / 1e6,
    seconds,
    megabytesPerSecond: bytes / 1e6 / Math.max(seconds, 1e-9),
    loadedMB,
    peakMB: process.resourceUsage().maxRSS / 1024,
  };
}
