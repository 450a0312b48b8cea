/**
 * Python that writes large files of every format with the format's own library, so that neither the start of a process
 * nor compiling decides: `make[format]()` leaves files in `a["folder"]` and returns their paths. Formats without a
 * writer in Python are made of a sample whose samples are repeated.
 */
export const makeLargeFiles = `
import numpy as np, struct
rng = np.random.default_rng(7)
def out(name):
    return os.path.join(a["folder"], name)
def sample(name):
    return os.path.join(a["samples"], name)
def walk(n, scale=1.0):
    """Rows of smooth noise that differ, from one stretch that is turned round."""
    base = np.cumsum(rng.standard_normal(n)).astype("f4") * np.float32(scale)
    return lambda i: np.roll(base, 37 * i)
def volume(path, dtype, shape, slope=None):
    import nibabel as nib
    one = (np.abs(rng.standard_normal(shape[:3])) * 900).astype(dtype)
    data = np.stack([np.roll(one, t) for t in range(shape[3])], -1) if len(shape) > 3 else one
    image = nib.Nifti1Image(data, np.diag([3, 3, 3, 1]))
    if slope is not None:
        image.header.set_slope_inter(slope, 2)
    nib.save(image, path)
    return [path]
def make_mgh():
    import nibabel as nib
    nib.save(nib.MGHImage((rng.random((256, 256, 256)) * 200).astype("f4"), np.eye(4)), out("large.mgh"))
    return [out("large.mgh")]
def make_gifti():
    import nibabel as nib
    row = walk(163842)
    arrays = [nib.gifti.GiftiDataArray(row(t), intent="NIFTI_INTENT_TIME_SERIES", datatype="NIFTI_TYPE_FLOAT32") for t in range(60)]
    nib.save(nib.gifti.GiftiImage(darrays=arrays), out("large.func.gii"))
    return [out("large.func.gii")]
def make_cifti(times):
    import nibabel as nib
    brain = nib.cifti2.BrainModelAxis.from_mask(np.ones(91282, bool), name="CortexLeft")
    series = nib.cifti2.SeriesAxis(0, 0.72, times)
    row = walk(91282)
    nib.save(nib.Cifti2Image(np.stack([row(t) for t in range(times)]), (series, brain)), out("large.dtseries.nii"))
    return [out("large.dtseries.nii")]
def make_surface():
    import nibabel as nib
    nib.freesurfer.write_geometry(out("lh.large"), rng.standard_normal((1000000, 3)).astype("f4"), rng.integers(0, 1000000, (2000000, 3)))
    return [out("lh.large")]
def raw_array(n, seconds, sfreq, kind):
    import mne
    row = walk(int(seconds * sfreq), 1e-13 if kind == "mag" else 1e-7)
    data = np.stack([row(i) for i in range(n)] + [np.repeat(rng.integers(0, 4, int(seconds * sfreq) // 500 + 1), 500)[: int(seconds * sfreq)]])
    return mne.io.RawArray(data, mne.create_info([f"C{i:03d}" for i in range(n)] + ["STI 014"], sfreq, [kind] * n + ["stim"]), verbose=False)
def make_fif(fmt):
    path = out(f"large_{fmt}_raw.fif")
    raw_array(306, 60 if fmt == "single" else 120, 1000.0, "mag").save(path, fmt=fmt, verbose=False, overwrite=True)
    return [path]
def make_edf(width):
    n, rate, records = 64, 512, 1000 if width == 2 else 700
    labels = [f"E{i}" for i in range(n - 1)] + ["Status" if width == 3 else "ECG"]
    limit = 2 ** (8 * width - 1)
    columns = [(16, labels), (80, [""] * n), (8, ["uV"] * n), (8, [-3276] * n), (8, [3276] * n), (8, [-limit] * n), (8, [limit - 1] * n), (80, ["HP:0.1Hz LP:75Hz"] * n), (8, [rate] * n), (32, [""] * n)]
    text = "".join(str(v).ljust(w) for w, v in [(8, "0" if width == 2 else ""), (80, "X"), (80, "X"), (8, "01.01.20"), (8, "00.00.00"), (8, 256 * (n + 1)), (44, "" if width == 2 else "24BIT"), (8, records), (8, 1), (4, n)])
    text += "".join(str(v).ljust(w) for w, values in columns for v in values)
    head = text.encode("latin1")
    path = out("large.edf" if width == 2 else "large.bdf")
    with open(path, "wb") as f:
        f.write(head if width == 2 else b"\\xffBIOSEMI" + head[8:])
        for record in range(records):
            values = np.cumsum(rng.integers(-40, 41, (n, rate)), axis=1).astype("<i4")
            values[-1] = record % 4
            f.write(values.astype("<i2").tobytes() if width == 2 else values.view("u1").reshape(-1, 4)[:, :3].tobytes())
    return [path]
def make_brainvision():
    import shutil
    for end in ("vhdr", "vmrk"):
        shutil.copy(sample(f"brainvision/mne_testing/test_NO.{end}"), out(f"test_NO.{end}"))
    data = open(sample("brainvision/mne_testing/test_NO.eeg"), "rb").read()
    with open(out("test_NO.eeg"), "wb") as f:
        for _ in range(120):
            f.write(data)
    return [out("test_NO.vhdr")]
def make_eeglab(inside):
    import scipy.io
    n, points = 64, 250000
    row = walk(points)
    data = np.stack([row(i) for i in range(n)]).astype("f4")
    places = np.zeros(n, dtype=[("labels", object), ("X", object), ("Y", object), ("Z", object)])
    for i in range(n):
        places[i] = (f"E{i}", float(i % 8), float(i // 8), 1.0)
    event = np.zeros(1, dtype=[("type", object), ("latency", object), ("duration", object)])
    event[0] = ("go", 100.0, 1.0)
    name = "inside" if inside else "beside"
    if not inside:
        data.T.tofile(out("beside.fdt"))
    scipy.io.savemat(out(name + ".set"), {"EEG": dict(setname="x", nbchan=n, pnts=points, trials=1, srate=500.0, xmin=0.0, xmax=(points - 1) / 500, data=data if inside else "beside.fdt", chanlocs=places, event=event, epoch=np.zeros(0), icaweights=np.zeros(0), icasphere=np.zeros(0), icawinv=np.zeros(0), ref="common", comments="")}, appendmat=False)
    return [out(name + ".set")]
def make_kit():
    data = bytearray(open(sample("kit/mne/test.sqd"), "rb").read())
    entry = lambda i: struct.unpack_from("<IiiI", data, 16 * i)
    start, acquisition, system = entry(9)[0], entry(8)[0], entry(1)[0]
    count = struct.unpack_from("<i", data, acquisition + 16)[0]
    channels = struct.unpack_from("<i", data, system + 12 + 256)[0]
    samples = bytes(data[start:start + 2 * channels * count])
    times = max(1, int(8e7 // len(samples)))
    struct.pack_into("<I", data, 16 * 9, len(data) + len(data) % 2)
    struct.pack_into("<i", data, acquisition + 16, count * times)
    with open(out("large.sqd"), "wb") as f:
        f.write(bytes(data) + b"\\0" * (len(data) % 2))
        for _ in range(times):
            f.write(samples)
    return [out("large.sqd")]
def make_ctf():
    import shutil
    folder = out("testdata_ctf_short_discontinuous.ds")
    shutil.copytree(sample("ctf/testdata_ctf_short_discontinuous.ds"), folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    os.chmod(folder, 0o755)
    stem = os.path.join(folder, "testdata_ctf_short_discontinuous")
    res4 = bytearray(open(stem + ".res4", "rb").read())
    meg4 = open(stem + ".meg4", "rb").read()
    trials = struct.unpack_from(">h", res4, 1312)[0]
    times = max(1, int(8e7 // len(meg4)))
    struct.pack_into(">h", res4, 1312, trials * times)
    open(stem + ".res4", "wb").write(bytes(res4))
    with open(stem + ".meg4", "wb") as f:
        f.write(meg4[:8])
        for _ in range(times):
            f.write(meg4[8:])
    return [folder]
def make_xdf():
    def chunk(tag, content):
        return b"\\x04" + struct.pack("<IH", len(content) + 2, tag) + content
    n, per, chunks = 64, 32, 8000
    with open(out("large.xdf"), "wb") as f:
        f.write(b"XDF:" + chunk(1, b"<?xml version='1.0'?><info><version>1.0</version></info>"))
        f.write(chunk(2, struct.pack("<I", 1) + f"<?xml version='1.0'?><info><name>E</name><type>EEG</type><channel_count>{n}</channel_count><nominal_srate>512</nominal_srate><channel_format>float32</channel_format><created_at>0</created_at></info>".encode()))
        for c in range(chunks):
            rows = rng.standard_normal((per, n)).astype("<f4")
            body = b"".join((b"\\x08" + struct.pack("<d", (c * per) / 512) if i == 0 else b"\\0") + rows[i].tobytes() for i in range(per))
            f.write(chunk(3, struct.pack("<I", 1) + b"\\x04" + struct.pack("<I", per) + body))
        f.write(chunk(6, struct.pack("<I", 1) + f"<?xml version='1.0'?><info><first_timestamp>0</first_timestamp><last_timestamp>{chunks * per / 512}</last_timestamp><sample_count>{chunks * per}</sample_count></info>".encode()))
    return [out("large.xdf")]
def matrix(rows=2000, columns=8000):
    return np.round(rng.standard_normal((rows, columns)) * 50, 1)
def make_mat(packed):
    import scipy.io
    path = out(f"large{5 + 2 * packed}.mat")
    scipy.io.savemat(path, {"X": matrix()}, do_compression=bool(packed))
    return [path]
def make_hdf5(**how):
    import h5py
    path = out(f"large{'-'.join(how)}.h5")
    with h5py.File(path, "w") as f:
        f.create_dataset("X", data=matrix(), **how)
    return [path]
def make_npy():
    np.save(out("large.npy"), matrix())
    return [out("large.npy")]
def make_npz():
    np.savez_compressed(out("large.npz"), X=matrix())
    return [out("large.npz")]
def make_pmd():
    frame = np.maximum(0, np.cumsum(rng.integers(-60, 61, 2048))).clip(0, 4095)
    with open(out("large.txt"), "w") as f:
        for t in range(4000):
            f.write("\\t".join(map(str, np.roll(frame, t).tolist())) + "\\n")
    return [out("large.txt")]
def make_table():
    with open(out("large.csv"), "w") as f:
        f.write(",".join(["time"] + [f"x{i}" for i in range(20)]) + "\\n")
        for t in range(120000):
            f.write(",".join([f"{t / 500:.3f}"] + ["%.4f" % v for v in rng.random(20)]) + "\\n")
    return [out("large.csv")]
def make_popu():
    frame = np.maximum(0, np.cumsum(rng.integers(-60, 61, 27 * 64))).clip(0, 4095)
    snapshots = {str(t): {"tactilus_readings": np.roll(frame, t).tolist()} for t in range(3000)}
    json.dump({"tactilus_rows": 64, "tactilus_columns": 27, "snapshots": snapshots}, open(out("large.json"), "w"))
    return [out("large.json")]
def make_dicom():
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid
    meta = pydicom.dataset.FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID = "1.2.840.10008.5.1.4.1.1.4", generate_uid(), ExplicitVRLittleEndian
    d = pydicom.dataset.FileDataset(out("large.dcm"), {}, file_meta=meta, preamble=b"\\0" * 128)
    d.SOPClassUID, d.SOPInstanceUID, d.Modality, d.PatientName = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, "MR", "x"
    d.Rows, d.Columns, d.NumberOfFrames, d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation, d.SamplesPerPixel, d.PhotometricInterpretation = 512, 512, 120, 16, 12, 11, 0, 1, "MONOCHROME2"
    d.PixelData = (rng.random((120, 512, 512)) * 4095).astype("<u2").tobytes()
    d.save_as(out("large.dcm"), enforce_file_format=True)
    return [out("large.dcm")]
def make_eyelink():
    lines = open(sample("eyetracking/pymovements/eyelink_monocular_example.asc"), encoding="latin1").read().split("\\n")
    first = next(i for i, line in enumerate(lines) if line[:1].isdigit())
    start = int(lines[first].split()[0])
    end = len(lines) - 1 - next(i for i, line in enumerate(reversed(lines)) if line[:1].isdigit())
    # The sample announces an input column; its samples have one.
    columns = len(lines[first].split("\\t")) - 5
    with open(out("large.asc"), "w", encoding="latin1") as f:
        f.write("\\n".join(lines[:first]) + "\\n")
        for t in range(700000):
            f.write(f"{start + t}\\t{500 + t % 300}.{t % 10}\\t{400 + t % 200}.{t % 7}\\t{1200 + t % 90}.0" + "\\t127.0" * columns + "\\t...\\n")
        f.write("END\\t%d \\tSAMPLES\\tEVENTS\\tRES\\t  38.54\\t  31.12\\n" % (start + 700000))
    return [out("large.asc")]
make = {
    "nifti": lambda: volume(out("large.nii"), "i2", (64, 64, 36, 300), 0.5),
    "nifti packed": lambda: volume(out("large.nii.gz"), "i2", (64, 64, 36, 150)),
    "mgh": make_mgh, "gifti": make_gifti, "cifti": lambda: make_cifti(200), "cifti long": lambda: make_cifti(1200), "surface": make_surface,
    "fif": lambda: make_fif("single"), "fif short": lambda: make_fif("short"),
    "edf": lambda: make_edf(2), "bdf": lambda: make_edf(3), "brainvision": make_brainvision,
    "eeglab": lambda: make_eeglab(True), "eeglab fdt": lambda: make_eeglab(False), "kit": make_kit, "ctf": make_ctf, "xdf": make_xdf,
    "mat": lambda: make_mat(False), "mat packed": lambda: make_mat(True),
    "hdf5": lambda: make_hdf5(), "hdf5 packed": lambda: make_hdf5(chunks=(100, 1000), compression="gzip"),
    "npy": make_npy, "npz": make_npz, "pmd": make_pmd, "table": make_table, "popu": make_popu, "dicom": make_dicom, "eyelink": make_eyelink,
}
done(paths=make[a["format"]]())
`;
