import { z } from 'zod';

/** How closely one array of a model agrees with its reference. */
const certificateRowSchema = z.object({
  name: z.string(),
  largestDifference: z.number(),
  largestReference: z.number(),
  values: z.number().int(),
});

/** Agreement of a model with reference arrays of another implementation. */
export const certificateSchema = z.object({
  model: z.string(),
  architecture: z.string(),
  tolerance: z.number(),
  passes: z.boolean(),
  rows: z.array(certificateRowSchema),
});
export type ModelCertificate = z.infer<typeof certificateSchema>;

/** A model that the project points to; its files stay where they are. */
export const projectModelSchema = z.object({
  id: z.string(),
  /** Absolute path of a Hugging Face folder, a .gguf or an .onnx file. */
  path: z.string(),
  name: z.string(),
  format: z.enum(['hugging-face', 'gguf', 'onnx']),
  architecture: z.string().nullable(),
  parameters: z.number(),
  addedAt: z.number(),
  certificate: certificateSchema.nullable(),
});
export type ProjectModel = z.infer<typeof projectModelSchema>;

/** Where a model comes from: one of the project's models, or a checkpoint of a training run. */
export const modelSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), id: z.string() }),
  z.object({ kind: z.literal('checkpoint'), id: z.string() }),
]);
export type ModelSource = z.infer<typeof modelSourceSchema>;

/** Parameters of the job "model.certify", whose result is a ModelCertificate. */
export const certifyParamsSchema = z.object({
  id: z.string(),
  reference: z.string(),
  tolerance: z.number().positive().default(1e-4),
});

/** Parameters of the job "model.read", whose result is a TextReading. */
export const readTextParamsSchema = z.object({
  source: modelSourceSchema,
  text: z.string().min(1).max(20_000),
});

/** What a model makes of a text. */
export const textReadingSchema = z.object({
  model: z.string(),
  /** Pieces of the text; `surprisal` in bits given all pieces before it, null for the first and for models without a causal head. */
  tokens: z.array(z.object({ text: z.string(), surprisal: z.number().nullable() })),
  /** Likeliest continuations, most probable first; empty for models that do not continue texts. */
  next: z.array(z.object({ text: z.string(), probability: z.number() })),
  /** Mean Euclidean norm of the hidden states over tokens, layer 0 (embeddings) first. */
  norms: z.array(z.number()),
});
export type TextReading = z.infer<typeof textReadingSchema>;
