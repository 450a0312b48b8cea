import { z } from 'zod';

/** Element types that an array in the project file may have. Names are Zarr v3 data types. */
export const dtypeSchema = z.enum([
  'bool',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float32',
  'float64',
]);
export type Dtype = z.infer<typeof dtypeSchema>;

export const axisSchema = z.object({
  /** "time", "voxel", "feature", "layer", ... */
  name: z.string(),
  /** Unit of the axis's steps, such as "s"; empty where steps are plain items. */
  unit: z.string().default(''),
  /** Size of one step along the axis in `unit`, where it is regular (TR for time). */
  step: z.number().optional(),
});
export type Axis = z.infer<typeof axisSchema>;

/** What is known of an array without reading its values. Row-major (C order), as Zarr stores it. */
export const arrayInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  chunkShape: z.array(z.number().int().positive()),
  dtype: dtypeSchema,
  /** Unit of the values: "a.u.", "%", "r", "T", ... */
  unit: z.string(),
  axes: z.array(axisSchema),
  /** SHA-256 over dtype, shapes and the SHA-256 of every decoded chunk in order; set when sealed, null before. */
  contentHash: z.string().nullable(),
  attributes: z.record(z.string(), z.unknown()).default({}),
});
export type ArrayInfo = z.infer<typeof arrayInfoSchema>;
