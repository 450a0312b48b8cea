import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import h5wasm from 'h5wasm/node';
import { afterAll, expect, test } from 'vitest';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { recognise } from '../../../main/importing/recognise.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cases: readonly (readonly [string, string, string, string])[] = [
  ['scan.mnc', 'CDF\x01\0\0\0\0\0\0\0\x0a', 'file.foreign-volume', 'MINC'],
  ['scan.PAR', '# === DATA DESCRIPTION FILE ======\n#\n', 'file.foreign-volume', 'PAR/REC'],
  ['scan.REC', '\0\x01\0\x02', 'file.foreign-volume', 'PAR/REC'],
  ['scan.nrrd', 'NRRD0004\ntype: short\n', 'file.foreign-volume', 'NRRD'],
  ['scan.mha', 'ObjectType = Image\nNDims = 3\n', 'file.foreign-volume', 'MetaImage'],
  ['scan.mif', 'mrtrix image\ndim: 3,3,3\n', 'file.foreign-volume', 'MRtrix'],
  ['scan.v', 'MATRIX72v\0\0\0', 'file.foreign-volume', 'ECAT'],
  ['scan.vmr', '\x04\0\0\x01', 'file.foreign-volume', 'BrainVoyager'],
  [
    'image.vtk',
    '# vtk DataFile Version 3.0\nx\nASCII\nDATASET STRUCTURED_POINTS\n',
    'file.foreign-volume',
    'VTK',
  ],
  ['mesh.vtk', '# vtk DataFile Version 3.0\nx\nASCII\nDATASET POLYDATA\n', 'file.foreign-surface', 'VTK'],
  ['mesh.ply', 'ply\nformat ascii 1.0\n', 'file.foreign-surface', 'PLY'],
  ['mesh.stl', 'solid x\n', 'file.foreign-surface', 'STL'],
  ['mesh.obj', 'v 0 0 0\nv 0 1 0\nf 1 2 3\n', 'file.foreign-surface', 'OBJ'],
  ['lh.asc', '#!ascii version of lh.white\n3 1\n', 'file.foreign-surface', 'FreeSurfer ASCII'],
  ['lh.cortex.patch.flat', '\xff\xff\xff\xff\0\0\0\x05', 'file.foreign-surface', 'FreeSurfer patch'],
  ['lh.sig.w', '\0\0\0\0\x05\0\0\0', 'file.foreign-surface', 'FreeSurfer paint'],
  ['bundle.trk', 'TRACK\0\x01\0', 'file.streamlines', 'TrackVis'],
  ['bundle.tck', 'mrtrix tracks\ncount: 3\n', 'file.streamlines', 'MRtrix'],
  ['talairach.xfm', 'MNI Transform File\n', 'file.transform', 'FreeSurfer'],
  ['register.lta', 'type      = 0 # LINEAR\n', 'file.transform', 'FreeSurfer'],
  ['moving.tfm', '#Insight Transform File V1.0\n', 'file.transform', 'ITK'],
  ['colours.ctab', '#No. Label\n\n0  Unknown  0 0 0 0\n', 'file.colours', 'names and colours'],
  ['scan.nii.bz2', 'BZh91AY', 'file.packed', 'bzip2'],
  ['scan.nii.zst', '\x28\xb5\x2f\xfd', 'file.packed', 'Zstandard'],
];

test.each(cases)('%s is refused by the name of its format', async (name, content, code, word) => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from(content, 'latin1'));
  const refusal = { code, message: expect.stringContaining(word) };
  await expect(inspectFile(path, false)).rejects.toMatchObject(refusal);
  const { others } = await recognise([path]);
  expect(others).toMatchObject([{ reason: refusal }]);
});

test('a registration, which goes beside recordings, is told to be a transform', async () => {
  const path = join(folder, 'register.dat');
  writeFileSync(path, 'bert\n1.0\n1.0\n0.15\n1 0 0 0\n0 1 0 0\n');
  await expect(inspectFile(path, false)).rejects.toMatchObject({ code: 'file.transform' });
});

test('MINC 2 is told by its root group, whatever its name; other HDF5 files of that name are read', async () => {
  await h5wasm.ready;
  const write = (name: string, group: string) => {
    const file = new h5wasm.File(join(folder, name), 'w');
    file.create_group(group).create_dataset({ name: 'image', data: [1, 2, 3] });
    file.close();
    return join(folder, name);
  };
  for (const name of ['brain.mnc', 'brain.h5'])
    await expect(inspectFile(write(name, 'minc-2.0'), true)).rejects.toMatchObject({
      code: 'file.foreign-volume',
      params: { file: name, format: 'MINC' },
    });
  expect(await inspectFile(write('other.mnc', 'minc'), true)).toMatchObject({
    datasets: { 'minc/image': { sum: 6 } },
  });
});

test('a packed file of another format is told as if it were plain', async () => {
  const path = join(folder, 'bundle.trk.gz');
  writeFileSync(path, gzipSync(Buffer.from('TRACK\0\x01\0', 'latin1')));
  await expect(inspectFile(path, false)).rejects.toMatchObject({ code: 'file.streamlines' });
});

test.each([
  ['x.mgz', 'mgh.not-mgh'],
  ['x.gii', 'gifti.not-gifti'],
])('%s that is something else is told so', async (name, code) => {
  const path = join(folder, name);
  writeFileSync(path, '<svg></svg>');
  await expect(inspectFile(path, false)).rejects.toMatchObject({ code });
});
