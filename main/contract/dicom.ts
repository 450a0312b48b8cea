import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';

/** One DICOM series found, described without naming the person. */
export const dicomSeriesSchema = z.object({
  uid: z.string(),
  number: z.number().nullable(),
  description: z.string(),
  /** "MR", "CT", ... */
  modality: z.string(),
  files: z.number().int(),
  /** Frames of all files together. */
  frames: z.number().int(),
  rows: z.number().int(),
  cols: z.number().int(),
  /** Seconds; null where the header does not say. */
  repetitionTime: z.number().nullable(),
});
export type DicomSeries = z.infer<typeof dicomSeriesSchema>;

/** One frame in grey, row by row from the upper left, 0 to 255. */
export const dicomPictureSchema = z.object({
  width: z.number().int(),
  height: z.number().int(),
  pixels: z.array(z.number()),
});
export type DicomPicture = z.infer<typeof dicomPictureSchema>;

/** Parameters of the job `convert.dicom`: files or folders, and the series to take of them. */
export const dicomConversionSchema = z.object({
  paths: z.array(z.string()).min(1),
  series: z.array(z.string()).min(1),
});
export type DicomConversion = z.infer<typeof dicomConversionSchema>;

/** Its result: images to go on with, and series that could not be converted. */
export const dicomConvertedSchema = z.object({
  images: z.array(z.string()),
  failed: z.array(z.object({ series: z.string(), error: errorInfoSchema })),
});
export type DicomConverted = z.infer<typeof dicomConvertedSchema>;
