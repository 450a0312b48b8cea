import { z } from 'zod';

const fileFilterSchema = z.object({
  name: z.string(),
  extensions: z.array(z.string().regex(/^[a-z0-9.]+$|^\*$/i)),
});
const title = z.string().max(200);

/** What the page may ask of the desktop, and nothing else. */
export const nativeRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open-files'),
    title,
    multiple: z.boolean().default(false),
    filters: z.array(fileFilterSchema).default([]),
  }),
  z.object({ kind: z.literal('open-folder'), title }),
  z.object({
    kind: z.literal('save-file'),
    title,
    suggestedName: z.string().max(200),
    filters: z.array(fileFilterSchema).default([]),
  }),
]);
export type NativeRequest = z.input<typeof nativeRequestSchema>;

/**
 * `window.gyrusNative`: there in the Electron window, absent in a browser. Every path is absolute; an empty list is
 * a dialog that was cancelled.
 */
export interface NativeDialogs {
  ask(request: NativeRequest): Promise<string[]>;
  /** Where a file that was dropped on the window lies. */
  pathOf(file: File): string;
}
