import { z } from 'zod';
import { type SurfaceInfo, surfaceInfoSchema } from '../../contract/surfaces.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import { hashFile } from '../../formats/source.ts';
import { readSurfaceFile } from '../../formats/surface/read-surface.ts';
import { joinHemispheres } from './join-hemispheres.ts';

const KEY = 'surfaces';

/** Surfaces of a project, in the order they came. */
export function listSurfaces(project: Project): SurfaceInfo[] {
  return z.array(surfaceInfoSchema).parse(project.meta.get(KEY) ?? []);
}

/**
 * Reads surface files of one brain (one or two hemispheres, with inflated forms and curvature where given) and keeps
 * them in the project.
 * @throws UserError as `readSurfaceFile` and `joinHemispheres` do
 */
export async function addSurface(
  project: Project,
  paths: readonly string[],
  names: { readonly name: string; readonly spaceName: string },
): Promise<SurfaceInfo> {
  const files = [];
  const sourceFiles: SurfaceInfo['sourceFiles'] = [];
  for (const path of paths) {
    files.push(await readSurfaceFile(path));
    sourceFiles.push(await hashFile(path));
  }
  const surface = joinHemispheres(files);
  const vertices = surface.positions.length / 3;
  return project.transaction(() => {
    const put = (
      what: string,
      shape: number[],
      data: Float32Array | Uint32Array | Uint8Array | null,
    ): string | null => {
      if (data === null) return null;
      const dtype =
        data instanceof Float32Array ? 'float32' : data instanceof Uint32Array ? 'uint32' : 'uint8';
      return project.arrays.put(
        {
          name: `${names.name} ${what}`,
          shape,
          dtype,
          unit: dtype === 'float32' && shape.length === 2 ? 'mm' : '',
        },
        data,
      ).id;
    };
    const info = surfaceInfoSchema.parse({
      id: newId(),
      ...names,
      vertexCount: vertices,
      triangleCount: surface.indices.length / 3,
      positionsArrayId: put('positions', [vertices, 3], surface.positions),
      indicesArrayId: put('triangles', [surface.indices.length / 3, 3], surface.indices),
      curvatureArrayId: put('curvature', [vertices], surface.curvature),
      inflatedArrayId: put('inflated', [vertices, 3], surface.inflated),
      hemisphereArrayId: put('hemisphere', [vertices], surface.hemisphere),
      sourceFiles,
    });
    project.meta.set(KEY, [...listSurfaces(project), info]);
    return info;
  });
}

/** Takes a surface out of the project. @throws UserError `surface.unknown` */
export function removeSurface(project: Project, id: string): void {
  project.transaction(() => {
    const all = listSurfaces(project);
    const surface = all.find((one) => one.id === id);
    if (surface === undefined)
      throw new UserError('surface.unknown', 'There is no such surface in this project.', { id });
    const { positionsArrayId, indicesArrayId, curvatureArrayId, inflatedArrayId, hemisphereArrayId } =
      surface;
    project.meta.set(
      KEY,
      all.filter((one) => one !== surface),
    );
    for (const array of [
      positionsArrayId,
      indicesArrayId,
      curvatureArrayId,
      inflatedArrayId,
      hemisphereArrayId,
    ]) {
      if (array !== null && project.arrays.find(array)) project.arrays.delete(array);
    }
  });
}
