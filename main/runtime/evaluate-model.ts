import { openSession } from './session.ts';
import type { TensorValue } from './tensor-value.ts';

/** A tensor with its values as plain numbers: for checks, not for speed. */
export interface PlainTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/**
 * Runs a model once on the processor, with plain numbers in and out.
 * @param model bytes of an ONNX file
 * @throws UserError where it cannot be opened or run
 */
export async function evaluateModel(
  model: Uint8Array,
  feeds: Readonly<Record<string, PlainTensor>>,
): Promise<Record<string, PlainTensor>> {
  const session = await openSession(model, { threads: 1 });
  try {
    const given = Object.entries(feeds).map(([name, value]): [string, TensorValue] => [name, toValue(value)]);
    const results = await session.run(Object.fromEntries(given));
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        { type, dims, data: Float64Array.from(data as ArrayLike<number | bigint>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}

function toValue({ type, dims, data }: PlainTensor): TensorValue {
  if (type === 'float64') return { type, dims, data };
  if (type === 'float32') return { type, dims, data: Float32Array.from(data) };
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(data, BigInt) };
  if (type === 'bool') return { type, dims, data: Uint8Array.from(data) };
  throw new Error(`plain evaluation feeds no ${type}`);
}
