import { z } from 'zod';

/**
 * Every refusal that a person may see. `code` is stable and keys the translation in the page; `message` is one
 * English sentence that says what is wrong, where, and what to do; `params` fill the translation's blanks.
 */
export const errorInfoSchema = z.object({
  code: z.string().regex(/^[a-z0-9]+(\.[a-z0-9-]+)*$/),
  message: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
export type ErrorInfo = z.infer<typeof errorInfoSchema>;

/** A doubt or remark found while reading something: same shape as a refusal, but work goes on. */
export const noticeSchema = errorInfoSchema.extend({ level: z.enum(['info', 'warning', 'error']) });
export type Notice = z.infer<typeof noticeSchema>;
