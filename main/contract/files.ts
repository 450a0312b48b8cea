import { z } from 'zod';

export const fileEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  bytes: z.number().nullable(),
  modifiedAt: z.number().nullable(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

/** A folder as the server-side browser shows it; `parent` is null at an allowed root. */
export const folderListingSchema = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  roots: z.array(z.string()),
  entries: z.array(fileEntrySchema),
  /** True where the folder holds more entries than are listed. */
  truncated: z.boolean(),
});
export type FolderListing = z.infer<typeof folderListingSchema>;
