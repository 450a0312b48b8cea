import { queryOptions } from '@tanstack/react-query';
import { type BundleValues, decodeBundle } from '../../main/contract/resource-bundle.ts';
import { fetchBytes } from './arrays.ts';

/** Surface of the bundled brain: positions and inflated positions are vertex × 3 in mm, indices triangle × 3. */
export interface BundledSurface {
  readonly spaceName: string;
  readonly positions: Float32Array;
  readonly inflated: Float32Array;
  readonly curvature: Float32Array;
  readonly indices: Uint32Array;
  /** Per vertex an index into `regionNames`, the landmark regions. */
  readonly region: Uint8Array;
  readonly regionNames: readonly string[];
}

/** T1 image of the same brain: values[i + ni·(j + nj·k)]. */
export interface BundledAnatomy {
  readonly spaceName: string;
  readonly shape: readonly [number, number, number];
  readonly affine: readonly (readonly number[])[];
  readonly values: Uint8Array;
}

function as<T extends BundleValues>(
  kind: abstract new (...args: never[]) => T,
  values: BundleValues | undefined,
): T {
  if (values instanceof kind) return values;
  throw new Error(`a bundled file holds no ${kind.name}`);
}

export const surfaceQuery = queryOptions({
  queryKey: ['resource', 'surface'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<BundledSurface> => {
    const { meta, arrays } = decodeBundle(await fetchBytes('/resources/brain/surface.bundle'));
    return {
      spaceName: String(meta.space),
      positions: as(Float32Array, arrays.positions?.values),
      inflated: as(Float32Array, arrays.inflated?.values),
      curvature: as(Float32Array, arrays.curvature?.values),
      indices: as(Uint32Array, arrays.indices?.values),
      region: as(Uint8Array, arrays.region?.values),
      regionNames: Array.isArray(meta.regions) ? meta.regions.map(String) : [],
    };
  },
});

export const anatomyQuery = queryOptions({
  queryKey: ['resource', 'anatomy'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<BundledAnatomy> => {
    const { meta, arrays } = decodeBundle(await fetchBytes('/resources/brain/anatomy.bundle'));
    const [nk = 0, nj = 0, ni = 0] = arrays.t1?.shape ?? [];
    return {
      spaceName: String(meta.space),
      shape: [ni, nj, nk],
      affine: meta.affine as number[][],
      values: as(Uint8Array, arrays.t1?.values),
    };
  },
});
