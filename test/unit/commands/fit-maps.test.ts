import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { openNifti } from '../../../main/formats/nifti/open.ts';
import { writeNifti } from '../../../main/formats/nifti/write.ts';
import { readNpy, writeNpy } from '../../../main/formats/npy/npy.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const [side, items] = [6, 10];

/** Simulated patterns: the model's features in the columns named, noise elsewhere. */
function planted(truth: Float64Array, columns: number, where: (column: number) => boolean, seed: number) {
  const random = createRandom(seed);
  const data = Float32Array.from(normals(random, items * columns));
  for (let column = 0; column < columns; column++) {
    const weights = normals(random, 5);
    if (!where(column)) continue;
    for (let item = 0; item < items; item++)
      for (let k = 0; k < 5; k++) data[item * columns + column] += 2 * truth[item * 5 + k] * weights[k];
  }
  return data;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gyrus-maps-'));
  const truth = normals(createRandom(1), items * 5);
  await writeNpy(at('truth.npy'), { shape: [items, 5], data: Float32Array.from(truth) });
  // A mask of 6 × 6 × 6 voxels of 2 mm without the plane i = 0; its voxels as NumPy takes them: k fastest.
  const inside = Uint8Array.from({ length: side ** 3 }, (_, index) => (index % side === 0 ? 0 : 1));
  const affine = [
    [2, 0, 0, -10],
    [0, 2, 0, -20],
    [0, 0, 2, 30],
    [0, 0, 0, 1],
  ];
  const options = { grid: [side, side, side] as const, volumeCount: 1, affine, dtype: 'uint8' } as const;
  await writeNifti(at('mask.nii.gz'), options, [inside]);
  await writeNifti(at('empty.nii'), options, [new Uint8Array(side ** 3)]);
  const columns = 5 * side * side;
  // The corner i ≥ 4, j ≥ 4, k ≥ 4.
  const corner = (column: number): boolean => {
    const [i, j, k] = [1 + Math.floor(column / 36), Math.floor(column / side) % side, column % side] as const;
    return i >= 4 && j >= 4 && k >= 4;
  };
  for (const seed of [2, 3])
    await writeNpy(at(`s${seed}.npy`), {
      shape: [items, columns],
      data: planted(truth, columns, corner, seed),
    });
  const values = Float32Array.from(normals(createRandom(4), 10 * columns), (value, index) =>
    corner(index % columns) ? value + 3 : value,
  );
  await writeNpy(at('group.npy'), { shape: [10, columns], data: values });
  await writeNpy(at('few.npy'), { shape: [4, columns], data: values.subarray(0, 4 * columns) });
  values[7] = Number.NaN;
  await writeNpy(at('holes.npy'), { shape: [10, columns], data: values });
  // A flat surface of 12 × 12 vertices, 1 mm apart, as GIFTI.
  const wide = 12;
  const points = Array.from({ length: wide * wide }, (_, n) => `${n % wide} ${Math.floor(n / wide)} 0`);
  const triangles: string[] = [];
  for (let n = 0; n < wide * (wide - 1); n++)
    if (n % wide < wide - 1)
      triangles.push(`${n} ${n + 1} ${n + wide}`, `${n + 1} ${n + wide + 1} ${n + wide}`);
  const array = (intent: string, type: string, rows: readonly string[]): string =>
    `<DataArray Intent="${intent}" DataType="${type}" ArrayIndexingOrder="RowMajorOrder" Dimensionality="2" Dim0="${rows.length}" Dim1="3" Encoding="ASCII" Endian="LittleEndian" ExternalFileName="" ExternalFileOffset=""><Data>${rows.join('\n')}</Data></DataArray>`;
  await writeFile(
    at('flat.surf.gii'),
    `<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="2">${array('NIFTI_INTENT_POINTSET', 'NIFTI_TYPE_FLOAT32', points)}${array('NIFTI_INTENT_TRIANGLE', 'NIFTI_TYPE_INT32', triangles)}</GIFTI>`,
  );
  const patch = (column: number): boolean => column % wide < 5 && column < 5 * wide;
  await writeNpy(at('vertices.npy'), {
    shape: [items, wide * wide],
    data: planted(truth, wide * wide, patch, 5),
  });
  await writeNpy(at('thick.npy'), {
    shape: [9, wide * wide],
    data: Float32Array.from(normals(createRandom(6), 9 * wide * wide), (value, index) =>
      patch(index % (wide * wide)) ? value - 3 : value,
    ),
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function fit(...args: string[]) {
  let [out, err] = ['', ''];
  const placed = args.map((one) => (/\.(npy|nii|gz|gii)$/.test(one) ? at(one) : one));
  const code = await runCli(['fit', ...placed, '--out', at('out'), '--json'], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    signal: new AbortController().signal,
  });
  return { code, err, result: code === 0 ? JSON.parse(out) : null };
}

const lights = [
  ...['searchlight', '--models', 'truth.npy', '--compare', 'pearson'],
  ...['--distance', 'euclidean', '--model-distance', 'euclidean'],
];

describe('fit searchlight', () => {
  test('finds the planted corner of a volume, in millimetres, and writes it as a map', async () => {
    const { result } = await fit(
      ...lights,
      ...['--data', 's2.npy', 's3.npy', '--mask', 'mask.nii.gz', '--radius', '3', '--least', '5'],
    );
    expect(result).toMatchObject({ subjects: 2, columns: 180, items });
    const [{ peak, peakMm }] = result.models;
    expect(peak).toBeGreaterThan(0.6);
    // Voxels 4 and 5 along every axis.
    expect(peakMm[0]).toBeGreaterThanOrEqual(-2);
    expect(peakMm[1]).toBeGreaterThanOrEqual(-12);
    expect(peakMm[2]).toBeGreaterThanOrEqual(38);
    expect((await readNpy(at('out/truth.npy'))).shape).toEqual([2, 180]);
    const { value } = await (await openNifti(at('out/truth.nii.gz'))).volumes().next();
    const volume: ArrayLike<number> = value?.data ?? [];
    expect(volume[0]).toBeNaN();
    expect(volume[4 + 6 * (4 + 6 * 4)]).toBeGreaterThan(0.6);
  });

  test('finds the planted patch of a surface', async () => {
    const { result } = await fit(
      ...lights,
      ...['--data', 'vertices.npy', '--surface', 'flat.surf.gii', '--radius', '2.1', '--least', '5'],
    );
    const [{ peak, peakMm }] = result.models;
    expect(peak).toBeGreaterThan(0.6);
    expect(Math.max(peakMm[0], peakMm[1])).toBeLessThan(5);
  });
});

describe('fit cluster', () => {
  const one = ['--permutations', '199', '--threshold', '3'];

  test('finds the planted corner of a volume as one cluster', async () => {
    const { result } = await fit('cluster', '--values', 'group.npy', '--mask', 'mask.nii.gz', ...one);
    expect(result).toMatchObject({ significant: 1, units: 10, connectivity: 18, excludedColumns: 0 });
    expect(result.largest[0].columns).toBeGreaterThanOrEqual(6);
    expect(result.largest[0].peakMm[2]).toBeGreaterThanOrEqual(38);
    const [, first] = (await readFile(at('out/clusters.csv'), 'utf8')).split('\n');
    expect(first).toMatch(/^1,\d+,[\d.]+,0\.0(05|1),/);
    const { value } = await (await openNifti(at('out/cluster.nii.gz'))).volumes().next();
    expect(value?.data[5 + 6 * (5 + 6 * 5)]).toBe(1);
  });

  test('finds the patch that is lower, unless only higher was asked for', async () => {
    const surface = ['cluster', '--values', 'thick.npy', '--surface', 'flat.surf.gii', ...one];
    const { result } = await fit(...surface);
    expect(result.largest[0].mass).toBeLessThan(0);
    expect(result.significant).toBe(1);
    const up = await fit(...surface, '--sides', 'greater');
    expect(up.result.significant).toBe(0);
  });

  test('leaves out columns with holes, and says so', async () => {
    const { result, err } = await fit(
      'cluster',
      ...['--values', 'holes.npy', '--mask', 'mask.nii.gz'],
      ...one,
    );
    expect(result.excludedColumns).toBe(1);
    expect(err).toContain('1 of 180 columns are left out');
    const { data } = await readNpy(at('out/t.npy'));
    expect(data[7]).toBe(0);
  });

  test.each([
    [['--values', 'group.npy'], 'Give either --mask (a volume) or --surface'],
    [
      ['--values', 'thick.npy', '--mask', 'mask.nii.gz'],
      'thick.npy has 144 columns, but there are 180 voxels of mask.nii.gz',
    ],
    [['--values', 'group.npy', '--mask', 'empty.nii'], 'empty.nii is 0 everywhere'],
    [['--values', 'few.npy', '--mask', 'mask.nii.gz'], '4 units have only 16 patterns of signs'],
    [
      ['--values', 'group.npy', '--mask', 'mask.nii.gz', '--connectivity', '8'],
      '--connectivity 8 is unknown; it can be 6, 18, 26',
    ],
    [
      ['--values', 'group.npy', '--against', 'few.npy', '--mask', 'mask.nii.gz'],
      '10 × 180 and 4 × 180 cannot be compared',
    ],
  ])('refuses %s in one sentence', async (args, sentence) => {
    const { code, err } = await fit('cluster', ...args);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
