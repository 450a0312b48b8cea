import { normalizeAxis } from './dimensions.ts';
import type { Dimension } from './graph-builder.ts';
import { intAttribute } from './onnx/attributes.ts';
import type { OnnxNode } from './onnx/onnx-model.ts';
import type { TensorType } from './op-definition.ts';

type Sizes = readonly Dimension[];

/**
 * Follows sizes through the small integer arithmetic that exported models do on shapes (Shape → Gather → Concat →
 * Reshape), so that shape rules see through it. Returns the sizes a node's first output holds, where they can be
 * told.
 */
export function propagateSizes(
  node: OnnxNode,
  sizesOf: (value: string) => Sizes | undefined,
  typeOf: (value: string) => TensorType | undefined,
): Sizes | undefined {
  const first = node.inputs[0] ?? '';
  const data = sizesOf(first);
  switch (node.opType) {
    case 'Shape': {
      const dims = typeOf(first)?.dims;
      return dims?.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', dims.length));
    }
    case 'Identity':
    case 'Cast':
    case 'Unsqueeze':
    case 'Squeeze':
      return data;
    case 'Gather': {
      const index = sizesOf(node.inputs[1]);
      if (data === undefined || index === undefined) return undefined;
      return index.map((i) => data[normalizeAxis(Number(i), data.length)]);
    }
    case 'Concat': {
      const parts = node.inputs.map(sizesOf);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'Slice': {
      const [start, end, , step] = node.inputs.slice(1).map((input) => sizesOf(input)?.[0]);
      if (data === undefined || typeof start !== 'number' || typeof end !== 'number') return undefined;
      return step === undefined || step === 1 ? data.slice(start, end) : undefined;
    }
    case 'Add':
      return combine(data, sizesOf(node.inputs[1]), (a, b) => a + b);
    case 'Sub':
      return combine(data, sizesOf(node.inputs[1]), (a, b) => a - b);
    case 'Mul':
      return combine(data, sizesOf(node.inputs[1]), (a, b) => a * b);
    case 'Div':
      return combine(data, sizesOf(node.inputs[1]), (a, b) => Math.trunc(a / b));
    default:
      return undefined;
  }
}

function combine(a: Sizes | undefined, b: Sizes | undefined, f: (x: number, y: number) => number) {
  if (a === undefined || b === undefined) return undefined;
  const length = Math.max(a.length, b.length);
  const out: Dimension[] = [];
  for (let i = 0; i < length; i++) {
    const x = a[a.length === 1 ? 0 : i];
    const y = b[b.length === 1 ? 0 : i];
    if (typeof x !== 'number' || typeof y !== 'number') return undefined;
    out.push(f(x, y));
  }
  return out;
}
