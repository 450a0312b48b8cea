import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SurfaceFile } from '../../../main/formats/surface/read-surface.ts';
import { joinHemispheres } from '../../../main/importing/surfaces/join-hemispheres.ts';
import { addSurface, listSurfaces, removeSurface } from '../../../main/importing/surfaces/surfaces.ts';
import { temporaryFolder, temporaryProject, writeText } from './fixtures.ts';

/** A tetrahedron whose first corner lies at (x, 0, 0). */
function hemisphere(path: string, x: number): SurfaceFile {
  const positions = Float32Array.of(x, 0, 0, x + 1, 0, 0, x, 1, 0, x, 0, 1);
  return { path, positions, indices: Uint32Array.of(0, 2, 1, 0, 1, 3), values: null };
}
const values = (path: string, count: number): SurfaceFile => ({
  path,
  positions: null,
  indices: null,
  values: new Float32Array(count).fill(path.includes('lh') ? -1 : 1),
});

test('hemispheres are joined left first, whatever their order, with all that goes with them', () => {
  const joined = joinHemispheres([
    hemisphere('rh.pial', 10),
    hemisphere('rh.inflated', -50),
    values('rh.curv', 4),
    hemisphere('lh.pial', -10),
    values('lh.curv', 4),
    hemisphere('lh.inflated', 50),
  ]);
  expect([...joined.positions].filter((_, n) => n % 12 === 0)).toEqual([-10, 10]);
  expect([...joined.indices]).toEqual([0, 2, 1, 0, 1, 3, 4, 6, 5, 4, 5, 7]);
  expect([...(joined.curvature ?? [])]).toEqual([-1, -1, -1, -1, 1, 1, 1, 1]);
  expect([...(joined.hemisphere ?? [])]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  const x = [...(joined.inflated ?? [])].filter((_, n) => n % 3 === 0);
  expect(Math.max(...x.slice(0, 4))).toBe(-2);
  expect(Math.min(...x.slice(4))).toBe(2);
});

test('without a side in the name the place tells it', () => {
  const joined = joinHemispheres([hemisphere('one.gii', 10), hemisphere('two.gii', -10)]);
  expect(joined.positions[0]).toBe(-10);
});

test.each([
  ['surface.none', [values('lh.curv', 4)]],
  ['surface.too-many', [hemisphere('lh.pial', -9), hemisphere('rh.pial', 9), hemisphere('lh.white', -9)]],
  ['surface.no-hemisphere', [hemisphere('lh.pial', -9), hemisphere('lh.white', -9)]],
  ['surface.unlike', [hemisphere('lh.pial', -9), values('lh.curv', 5)]],
  ['surface.unlike', [hemisphere('lh.pial', -9), hemisphere('rh.pial', 9), values('lh.curv', 4)]],
])('%s', (code, files) => {
  expect(() => joinHemispheres(files)).toThrow(expect.objectContaining({ code }));
});

test('a surface is kept in the project, listed, and taken out whole', async () => {
  const folder = temporaryFolder();
  const project = temporaryProject(folder);
  const path = join(folder, 'lh.surf.gii');
  const array = (intent: string, type: string, rows: number, text: string): string =>
    `<DataArray Intent="NIFTI_INTENT_${intent}" DataType="NIFTI_TYPE_${type}" ArrayIndexingOrder="RowMajorOrder" Dimensionality="2" Dim0="${rows}" Dim1="3" Encoding="ASCII"><Data>${text}</Data></DataArray>`;
  const arrays =
    array('TRIANGLE', 'INT32', 1, '0 1 2') + array('POINTSET', 'FLOAT32', 3, '0 0 0 1 0 0 0 1 0');
  await writeText(path, `<GIFTI Version="1.0">${arrays}</GIFTI>`);
  const surface = await addSurface(project, [path], { name: 'mine', spaceName: 'MNI152' });
  expect(listSurfaces(project)).toEqual([surface]);
  expect([...project.arrays.readAs(surface.indicesArrayId, 'uint32').data]).toEqual([0, 1, 2]);
  expect(surface.sourceFiles[0].sha256).toMatch(/^[0-9a-f]{64}$/);
  removeSurface(project, surface.id);
  expect(listSurfaces(project)).toEqual([]);
  expect(project.arrays.list()).toEqual([]);
  expect(() => removeSurface(project, surface.id)).toThrow(
    expect.objectContaining({ code: 'surface.unknown' }),
  );
});
