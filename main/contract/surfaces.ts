import { z } from 'zod';

/** A cortical surface that the user brought into a project. Arrays are read by id like all others. */
export const surfaceInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Space of the coordinates: "MNI152NLin2009cAsym", "fsaverage", ... */
  spaceName: z.string(),
  vertexCount: z.number().int(),
  triangleCount: z.number().int(),
  /** float32 vertex × 3, RAS+ mm. */
  positionsArrayId: z.string(),
  /** uint32 triangle × 3. */
  indicesArrayId: z.string(),
  /** float32 per vertex, positive in sulci. */
  curvatureArrayId: z.string().nullable(),
  /** float32 vertex × 3, hemispheres side by side. */
  inflatedArrayId: z.string().nullable(),
  /** uint8 per vertex, 0 left and 1 right; null where one file held both. */
  hemisphereArrayId: z.string().nullable(),
  sourceFiles: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
});
export type SurfaceInfo = z.infer<typeof surfaceInfoSchema>;
