import { z } from 'zod';

const sizesSchema = z.array(z.union([z.number(), z.string()]));

/** Parameters and arithmetic of a part of a model, for exactly the input sizes stated: never divided by the batch. */
const amountSchema = z.object({
  parameters: z.number(),
  /** Multiply–accumulates of matrix products and convolutions. */
  macs: z.number(),
  /** Floating-point operations: 2 per multiply–accumulate, and those of everything else. */
  flops: z.number(),
});
export type Amount = z.infer<typeof amountSchema>;

/** A named tensor with its shape; a size that is not known stands as text. */
const namedShapeSchema = z.object({ name: z.string(), type: z.string(), dims: sizesSchema });
export type NamedShape = z.infer<typeof namedShapeSchema>;

/** One node of the graph. `from` are the ids of the nodes whose outputs it reads. */
export const inspectedOpSchema = amountSchema.extend({
  id: z.number().int(),
  op: z.string(),
  /** Name of its first output. */
  output: z.string(),
  dims: sizesSchema,
  /** Weights it reads, with their shapes. */
  weights: z.array(namedShapeSchema),
  from: z.array(z.number().int()),
  /** Factors whose product is `macs`: output sizes, then what is summed over. */
  factors: z.array(z.number()),
  counted: z.boolean(),
});
export type InspectedOp = z.infer<typeof inspectedOpSchema>;

/** What one attention head of a layer does; all heads of a layer do the same amount. */
export const inspectedHeadsSchema = z.object({
  count: z.number().int(),
  /** Scores, softmax and weighted sum of one head. */
  macsPerHead: z.number(),
  flopsPerHead: z.number(),
  /** [queries, keys] of one head's map. */
  map: z.tuple([z.number(), z.number()]),
});

/** A layer (or what comes before or after the layers) with its nodes. */
export const inspectedLayerSchema = amountSchema.extend({
  /** "0", "1" … within `stack`; null for what belongs to no layer. */
  index: z.number().int().nullable(),
  /** What the numbered blocks are called in the file ("h", "layers", "encoder.layer"); "" where there are none. */
  stack: z.string(),
  /** For people: "h.0", "before", "after". */
  name: z.string(),
  heads: z.array(inspectedHeadsSchema),
  ops: z.array(inspectedOpSchema),
});
export type InspectedLayer = z.infer<typeof inspectedLayerSchema>;

/**
 * Nodes that could not be counted: the operator has no rule, its shapes depend on data or are not in the file, or its shape
 * rule refused what it was given, for the reason in `detail`.
 */
export const uncountedOpSchema = z.object({
  op: z.string(),
  nodes: z.number().int(),
  why: z.enum(['no-rule', 'no-shape', 'refused']),
  detail: z.string(),
});
export type UncountedOp = z.infer<typeof uncountedOpSchema>;

/** What a model is made of, counted from its graph. */
export const modelInspectionSchema = z.object({
  name: z.string(),
  format: z.enum(['hugging-face', 'gguf', 'onnx']),
  /** config.json's model_type; null for an ONNX file. */
  architecture: z.string().nullable(),
  /** Sizes of the architecture for people: layers, heads, width …; empty for an ONNX file. */
  facts: z.record(z.string(), z.union([z.number(), z.string()])),
  inputs: z.array(namedShapeSchema),
  outputs: z.array(namedShapeSchema),
  /** The axes that have no fixed size in the file, and the sizes counted for. */
  sizes: z.record(z.string(), z.number()),
  total: amountSchema,
  /** Arithmetic of convolutions alone, as papers on convolutional models state it. */
  convolutions: amountSchema,
  byOp: z.array(amountSchema.extend({ op: z.string(), nodes: z.number().int() })),
  layers: z.array(inspectedLayerSchema),
  uncounted: z.array(uncountedOpSchema),
});
export type ModelInspection = z.infer<typeof modelInspectionSchema>;
