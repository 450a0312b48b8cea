import { z } from 'zod';
import { noticeSchema } from './errors.ts';

/** 4×4 row-major affine from voxel indices (0-based, i j k 1) to RAS+ millimetres. */
export const affineSchema = z.array(z.array(z.number()).length(4)).length(4);
export type Affine = z.infer<typeof affineSchema>;

/** Where the places of a space lie on the cortex. */
export const spaceSurfaceSchema = z.object({
  /** Vertices of the whole left and right surface; 0 for one that is not there. */
  left: z.number().int().nonnegative(),
  right: z.number().int().nonnegative(),
  /** int32 array: per vertex, left surface first, the place of its value; −1 where there is none. */
  placesArrayId: z.string(),
  /** Places that belong together: hemispheres, subcortical structures, or single parcels. */
  parts: z.array(z.object({ name: z.string(), start: z.number().int(), count: z.number().int() })),
  /** Places that are voxels of a grid, as subcortical structures are; left out where there are none. */
  voxels: z
    .object({
      shape: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
      affine: affineSchema,
      /** int32 array, voxel × 2: place, and linear index i + ni·(j + nj·k), ascending by index. */
      arrayId: z.string(),
    })
    .optional(),
});
export type SpaceSurface = z.infer<typeof spaceSurfaceSchema>;

/** A volume grid and the voxels kept of it: every masked fMRI array's voxel axis points to one of these. */
export const volumeSpaceSchema = z.object({
  id: z.string(),
  /** "MNI152NLin2009cAsym", "Talairach (Colin27)", "scanner", ...; "unknown" is said as such. */
  name: z.string(),
  /** Grid size in voxels along i, j, k. */
  shape: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  affine: affineSchema,
  /** uint32 array (voxels): linear index i + ni·(j + nj·k) of every kept voxel, ascending. */
  voxelIndexArrayId: z.string(),
  voxelCount: z.number().int(),
  /** Left out for volumes. Where it is given the grid is a line of places (n × 1 × 1) and the affine means nothing. */
  surface: spaceSurfaceSchema.optional(),
});
export type VolumeSpace = z.infer<typeof volumeSpaceSchema>;

/** One run of one subject, as kept after import. `dataArrayId` is float32 time × voxel. */
export const recordingSchema = z.object({
  id: z.string(),
  modality: z.enum(['fmri', 'meg', 'eeg', 'eyetracking', 'pressure', 'rating']),
  subject: z.string(),
  session: z.string().nullable(),
  task: z.string(),
  run: z.string().nullable(),
  /** Recordings that share a repeat group had the same stimulus for the same subject (noise ceiling). */
  repeatGroup: z.string().nullable(),
  stimulusId: z.string().nullable(),
  dataArrayId: z.string(),
  spaceId: z.string().nullable(),
  /** float32 time × confound, with names in the array's attributes.columns; null where none was given. */
  confoundsArrayId: z.string().nullable(),
  /** Seconds between samples (TR for fMRI). */
  samplingInterval: z.number().positive(),
  sampleCount: z.number().int(),
  /** True where the data came from a simulator; shown wherever the recording or what follows from it is shown. */
  simulated: z.boolean(),
  sourceFiles: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.number() })),
  notices: z.array(noticeSchema),
});
export type Recording = z.infer<typeof recordingSchema>;
