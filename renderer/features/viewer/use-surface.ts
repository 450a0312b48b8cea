import { queryOptions, useQuery } from '@tanstack/react-query';
import type { SurfaceInfo } from '../../../main/contract/surfaces.ts';
import { fetchArray } from '../../api/arrays.ts';
import { surfaceQuery } from '../../api/resources.ts';
import type { SurfaceGeometry } from '../../viewers/types.ts';

/** The brain that maps are drawn on: the project's own surface, or the bundled one for null. */
export function useSurface(own: SurfaceInfo | null): {
  surface: SurfaceGeometry | null;
  isPending: boolean;
  error: unknown;
} {
  const bundled = useQuery({ ...surfaceQuery, enabled: own === null });
  const kept = useQuery(ownSurfaceQuery(own));
  const query = own === null ? bundled : kept;
  return { surface: query.data ?? null, isPending: query.isPending, error: query.error };
}

function ownSurfaceQuery(own: SurfaceInfo | null) {
  return queryOptions({
    queryKey: ['surface', own?.id ?? ''],
    enabled: own !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<SurfaceGeometry | null> => {
      if (own === null) return null;
      const bytes = async (id: string | null) => (id === null ? null : (await fetchArray(id)).bytes);
      const [positions, indices, curvature, inflated, hemisphere] = await Promise.all([
        bytes(own.positionsArrayId),
        bytes(own.indicesArrayId),
        bytes(own.curvatureArrayId),
        bytes(own.inflatedArrayId),
        bytes(own.hemisphereArrayId),
      ]);
      return {
        positions: new Float32Array(positions ?? new ArrayBuffer(0)),
        indices: new Uint32Array(indices ?? new ArrayBuffer(0)),
        ...(curvature ? { curvature: new Float32Array(curvature) } : {}),
        ...(inflated ? { inflated: new Float32Array(inflated) } : {}),
        ...(hemisphere ? { hemisphere: new Uint8Array(hemisphere) } : {}),
        spaceName: own.spaceName,
      };
    },
  });
}
