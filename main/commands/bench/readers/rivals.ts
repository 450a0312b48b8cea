/** How one format is measured. */
export interface MeasuredFormat {
  /** A small file of the format among the samples: the first one that a process reads. */
  readonly small: string;
  /** Library that reads it in Python. */
  readonly library: string;
  /** Where both sides' figures stand in what `gyrus inspect` says; Python gives them under the same names. */
  readonly figures: readonly string[];
  /** Whether it is measured only when it is asked for by name: its file takes hundreds of megabytes. */
  readonly onlyNamed?: true;
}

const arrays = (at: string): string[] => ['sum', 'min', 'max', 'n_nonzero'].map((key) => `${at}.${key}`);

/** Formats in the order in which they are measured. */
export const measuredFormats: Readonly<Record<string, MeasuredFormat>> = {
  nifti: { small: 'nifti/anatomical.nii', library: 'nibabel', figures: arrays('data') },
  'nifti packed': { small: 'nifti/standard.nii.gz', library: 'nibabel', figures: arrays('data') },
  mgh: { small: 'freesurfer/test.mgz', library: 'nibabel', figures: [...arrays('data'), 'n_unique'] },
  gifti: { small: 'gifti/nibabel/base64bin.gii', library: 'nibabel', figures: arrays('arrays.5') },
  cifti: { small: 'cifti/row_major.dconn.nii', library: 'nibabel', figures: arrays('data') },
  'cifti long': {
    small: 'cifti/row_major.dconn.nii',
    library: 'nibabel',
    figures: arrays('data'),
    onlyNamed: true,
  },
  surface: { small: '', library: 'nibabel', figures: [...arrays('coordinates'), ...arrays('triangles')] },
  fif: {
    small: 'fif/test_ctf_comp_raw.fif',
    library: 'mne',
    figures: ['rms_per_type.mag', 'events_STI 014.n'],
  },
  'fif short': {
    small: 'fif/test_ctf_comp_raw.fif',
    library: 'mne',
    figures: ['rms_per_type.mag', 'events_STI 014.n'],
  },
  edf: { small: 'edf/mne/test_uneven_samp.edf', library: 'mne', figures: ['rms_per_type.eeg'] },
  bdf: {
    small: 'edf/mne/test_bdf_stim_channel.bdf',
    library: 'mne',
    figures: ['rms_per_type.eeg', 'rms_per_type.stim', 'events_Status.n'],
  },
  brainvision: {
    small: 'brainvision/mne_testing/test_NO.vhdr',
    library: 'mne',
    figures: ['rms_per_type.eeg'],
  },
  eeglab: { small: 'eeglab/test_raw_2021.set', library: 'mne', figures: ['rms_per_type.eeg'] },
  'eeglab fdt': { small: 'eeglab/test_raw_chanloc.set', library: 'mne', figures: ['rms_per_type.eeg'] },
  kit: {
    small: 'kit/mne/test_umd-raw.sqd',
    library: 'mne',
    figures: ['rms_per_type.mag', 'rms_per_type.stim'],
  },
  ctf: { small: 'ctf/testdata_ctf_short_discontinuous.ds', library: 'mne', figures: ['rms_per_type.mag'] },
  xdf: { small: 'lsl_xdf/minimal.xdf', library: 'pyxdf', figures: ['streams.0.n', 'streams.0.rms'] },
  mat: { small: 'mat/scipy/testdouble_7.1_GLNX86.mat', library: 'scipy', figures: arrays('vars.X') },
  'mat packed': { small: 'mat/scipy/testdouble_7.1_GLNX86.mat', library: 'scipy', figures: arrays('vars.X') },
  hdf5: { small: 'hdf5/h5wasm/array.h5', library: 'h5py', figures: ['datasets.X.sum'] },
  'hdf5 packed': { small: 'hdf5/h5wasm/array.h5', library: 'h5py', figures: ['datasets.X.sum'] },
  npy: { small: '', library: 'numpy', figures: arrays('data') },
  npz: { small: '', library: 'numpy', figures: arrays('arrays.X.data') },
  pmd: { small: '', library: 'numpy', figures: ['sum_total', 'peak'] },
  table: { small: '', library: 'pandas', figures: ['sums.time', 'sums.x0', 'n_missing'] },
  popu: { small: '', library: 'json and numpy', figures: ['sum_total', 'peak'] },
  dicom: {
    small: 'dicom/nibabel/0.dcm',
    library: 'pydicom',
    figures: ['pixels.sum', 'pixels.max', 'pixels.n_nonzero'],
  },
  eyelink: {
    small: 'eyetracking/pymovements/eyelink_monocular_example.asc',
    library: 'mne',
    figures: ['n_samples', 'mean_first_x'],
  },
};

/** Python that reads a file of a format whole and computes what `gyrus inspect --stats` does: `read[format](path)`. */
export const readWithRival = `
import numpy as np
def stats(x, at):
    finite = np.isfinite(x)
    n = int(finite.sum())
    y = x if n == x.size else x[finite]
    return {at + ".sum": float(y.sum(dtype="f8")), at + ".min": float(y.min()), at + ".max": float(y.max()), at + ".n_nonzero": int(np.count_nonzero(y)), at + ".mean": float(y.mean(dtype="f8")), at + ".n_nonfinite": x.size - n}
def volume(path):
    import nibabel as nib
    image = nib.load(path)
    x = image.get_fdata(caching="unchanged")
    found = stats(x, "data")
    first = x[..., 0] if x.ndim > 3 else x
    if first.ndim == 3:
        mass = [float((first.sum(axis=tuple(b for b in range(3) if b != axis)) * np.arange(first.shape[axis])).sum()) for axis in range(3)]
    return found
def mgh(path):
    import nibabel as nib
    return {**volume(path), "n_unique": int(np.unique(np.asanyarray(nib.load(path).dataobj)).size)}
def gifti(path):
    import nibabel as nib
    found = {}
    for n, array in enumerate(nib.load(path).darrays):
        x = array.data
        if n < 6:
            found.update(stats(x, f"arrays.{n}"))
    return found
def surface(path):
    import nibabel as nib
    coordinates, triangles = nib.freesurfer.read_geometry(path)
    return {**stats(coordinates, "coordinates"), **stats(triangles, "triangles")}
def recording(path):
    import mne
    load = {".fif": lambda p, **k: mne.io.read_raw_fif(p, allow_maxshield=True, **k), ".ds": mne.io.read_raw_ctf, ".sqd": mne.io.read_raw_kit}.get(os.path.splitext(path)[1], mne.io.read_raw)
    raw = load(path, preload=True, verbose=False)
    x = raw.get_data()
    types = np.array(raw.get_channel_types())
    found = {}
    for kind in dict.fromkeys(types):
        rows = x[types == kind]
        found["rms_per_type." + kind] = float(np.sqrt(np.mean(rows ** 2)))
    for n in np.flatnonzero(types == "stim"):
        name = raw.ch_names[n]
        found[f"events_{name}.n"] = len(mne.find_events(raw, name, initial_event=True, shortest_event=0, verbose=False))
    return found
def xdf(path):
    import pyxdf
    streams, _ = pyxdf.load_xdf(path)
    found = {}
    for n, stream in enumerate(streams):
        found[f"streams.{n}.n"] = len(stream["time_stamps"])
        x = np.asarray(stream["time_series"])
        if x.dtype.kind in "iuf":
            found[f"streams.{n}.rms"] = float(np.sqrt(np.mean(x.astype("f8") ** 2)))
    return found
def mat(path):
    import scipy.io
    found = {}
    for name, x in scipy.io.loadmat(path).items():
        if isinstance(x, np.ndarray) and x.dtype.kind in "iuf" and x.size:
            found.update(stats(x, "vars." + name))
    return found
def hdf5(path):
    import h5py
    found = {}
    def visit(name, object):
        if isinstance(object, h5py.Dataset) and object.shape is not None and object.dtype.kind in "iuf":
            x = object[()]
            finite = np.isfinite(x)
            found["datasets." + name + ".sum"] = float(x.sum(dtype="f8") if finite.all() else x[finite].sum(dtype="f8"))
    with h5py.File(path, "r") as f:
        f.visititems(visit)
    return found
def npz(path):
    found = {}
    with np.load(path) as f:
        for name in f.files:
            found.update(stats(f[name], f"arrays.{name}.data"))
    return found
def frames(x):
    sums, peaks, masked = np.nansum(x, axis=1), np.nanmax(x, axis=1), np.isnan(x).sum(axis=1)
    return {"sum_total": float(sums.sum()), "peak": float(peaks.max()), "masked": int(masked.sum())}
def popu(path):
    content = json.load(open(path))
    return frames(np.array([s["tactilus_readings"] for s in content["snapshots"].values()], "f8"))
def table(path):
    import pandas as pd
    data = pd.read_csv(path)
    sums = data.sum()
    return {"sums.time": float(sums["time"]), "sums.x0": float(sums["x0"]), "n_missing": int(data.isna().sum().sum())}
def dicom(path):
    import pydicom
    return stats(pydicom.dcmread(path).pixel_array, "pixels")
def eyelink(path):
    import mne
    raw = mne.io.read_raw_eyelink(path, create_annotations=True, verbose=False)
    x = raw.get_data()
    return {"n_samples": x.shape[1], "mean_first_x": float(np.nanmean(x[0])), "missing": int(np.isnan(x).sum())}
read = {"nifti": volume, "nifti packed": volume, "mgh": mgh, "cifti": volume, "cifti long": volume, "gifti": gifti, "surface": surface, "xdf": xdf, "mat": mat, "mat packed": mat, "hdf5": hdf5, "hdf5 packed": hdf5, "npy": lambda p: stats(np.load(p), "data"), "npz": npz, "pmd": lambda p: frames(np.loadtxt(p)), "popu": popu, "table": table, "dicom": dicom, "eyelink": eyelink}.get(a["format"], recording)
ready = memory("VmHWM")
def rounds(paths):
    figures, times = {}, []
    for _ in range(a["rounds"] + 1):
        started = time.perf_counter()
        for path in paths:
            figures.update(read(path))
        times.append(time.perf_counter() - started)
    return figures, times
cold = None
if a["small"]:
    read(a["small"])
    cold = time.time() - a["started"] / 1000
figures, times = rounds(a["paths"])
stop()
done(figures=figures, firstSeconds=times[0], bestSeconds=min(times[1:]), coldSeconds=cold, startMB=ready)
`;
