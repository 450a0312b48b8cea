import { z } from 'zod';

/** Something in a file's header that may tell who was recorded, by whom, where or when. */
export const personalFieldSchema = z.object({
  /** As the format calls it: "PatientName", "descrip", "Subject". */
  field: z.string(),
  value: z.string(),
});
export type PersonalField = z.infer<typeof personalFieldSchema>;
