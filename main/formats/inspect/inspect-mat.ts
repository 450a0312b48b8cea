import type { MatFile, MatNumberStream, MatNumbers, MatSparse, MatStruct, MatValue } from '../mat/types.ts';
import { release } from '../release.ts';
import { rowMajorPlaces, ValueTotals } from '../value-totals.ts';
import { arrayStatistics, totalsFields } from './array-statistics.ts';
import { pairwiseSum, pairwiseSumOfRows } from './pairwise-sum.ts';

/**
 * Arrays of so many values are summed up as they stream, in the order of the file: what that order changes of a sum in
 * float64 is far below what a sum of so many values tells.
 */
const STREAMED = 1 << 20;

/** Rows of a character array shown. */
const SHOWN_ROWS = 3;
const SHOWN_VALUES = 3;

/**
 * The variables of an open file; with `stats` their values are read and summed.
 * @param kept whether somebody else goes on using the values
 * @throws UserError `mat.damaged`
 */
export async function describeMat(
  file: MatFile,
  stats: boolean,
  kept = false,
): Promise<Record<string, unknown>> {
  const vars: Record<string, unknown> = {};
  for (const variable of file.variables) {
    if (!stats) {
      vars[variable.name] = { class: variable.className, shape: variable.shape };
      continue;
    }
    const values = variable.shape.reduce((product, size) => product * size, 1);
    const stream = values >= STREAMED ? await variable.stream?.() : null;
    if (stream) {
      vars[variable.name] = await describeStream(stream).finally(() => stream.close());
      continue;
    }
    const value = await variable.read();
    vars[variable.name] = describeValue(value);
    if (value.kind === 'numbers' && !kept) release(value.data);
  }
  return { version: file.version === 5 ? `b'${file.description}'`.slice(0, 60) : 'None', vars };
}

async function describeStream(stream: MatNumberStream): Promise<Record<string, unknown>> {
  const { shape, dtype } = stream;
  const totals = new ValueTotals();
  const places = rowMajorPlaces(shape, SHOWN_VALUES);
  const first = places.map(() => Number.NaN);
  let width = 1;
  for await (const values of stream.blocks()) {
    width = values.BYTES_PER_ELEMENT;
    for (const [n, place] of places.entries()) {
      const at = place - totals.count;
      if (at >= 0 && at < values.length) first[n] = Number(values[at]);
    }
    totals.add(values);
  }
  const { n_nonfinite, ...rest } = totalsFields(totals);
  return {
    shape,
    dtype: stream.bigEndian && width > 1 ? bigEndianName(dtype, width) : dtype,
    ...(dtype.startsWith('float') ? { n_nonfinite } : {}),
    ...rest,
    first,
  };
}

function describeValue(value: MatValue | undefined): unknown {
  if (value === undefined) return null;
  switch (value.kind) {
    case 'numbers':
      return describeNumbers(value);
    case 'text':
      return { char: value.rows.slice(0, SHOWN_ROWS) };
    case 'cell':
      return { cell: value.shape, first: describeValue(value.cells[0]) };
    case 'struct':
      return describeStruct(value);
    case 'sparse':
      return describeSparse(value);
    case 'opaque': {
      const [name, object, className] = value.names.map(() => 'bytes');
      return {
        struct: [1],
        fields: { s0: name, s1: object, s2: className, arr: describeValue(value.value) },
      };
    }
  }
}

function describeStruct({ shape, fields }: MatStruct): unknown {
  // A struct without fields holds nothing but its size.
  if (fields.size === 0) return { cell: shape, first: 'NoneType' };
  return {
    struct: shape,
    fields: Object.fromEntries([...fields].map(([name, values]) => [name, describeValue(values[0])])),
  };
}

function describeNumbers(value: MatNumbers): unknown {
  const { shape, data, imaginary } = value;
  const name =
    value.bigEndian && data.BYTES_PER_ELEMENT > 1
      ? bigEndianName(value.dtype, data.BYTES_PER_ELEMENT)
      : value.dtype;
  if (data.length === 0) return { shape, dtype: name };
  if (imaginary !== undefined) {
    return {
      shape,
      ...describeComplex(value.dtype, rowMajor(data, shape), rowMajor(imaginary, shape)),
    };
  }
  const { n_nonfinite, min, max, n_nonzero, sum: ofAll } = arrayStatistics(data);
  const sum =
    shape.length === 2 && n_nonfinite === 0 && data.length < STREAMED
      ? pairwiseSumOfRows(asNumbers(data), shape[0], shape[1])
      : data.length < STREAMED
        ? pairwiseSum(rowMajor(data, shape).filter(Number.isFinite))
        : ofAll;
  return {
    shape,
    dtype: name,
    ...(value.dtype.startsWith('float') ? { n_nonfinite } : {}),
    sum,
    min,
    max,
    mean: sum / (data.length - n_nonfinite),
    n_nonzero,
    first: rowMajorPlaces(shape, SHOWN_VALUES).map((place) => Number(data[place])),
  };
}

function describeComplex(dtype: string, real: Float64Array, imaginary: Float64Array): object {
  const finite = (_: number, index: number): boolean =>
    Number.isFinite(real[index]) && Number.isFinite(imaginary[index]);
  const re = real.filter(finite);
  const im = imaginary.filter(finite);
  return {
    dtype: dtype === 'float32' ? 'complex64' : 'complex128',
    n_nonfinite: real.length - re.length,
    sum: { re: pairwiseSum(re, 4), im: pairwiseSum(im, 4) },
    sum_abs: pairwiseSum(re.map((value, index) => Math.hypot(value, im[index]))),
  };
}

function describeSparse({ shape, data, imaginary }: MatSparse): unknown {
  const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, one) => sum + one, 0);
  const re = total(asNumbers(data));
  return {
    sparse: shape,
    nnz: data.length,
    sum: imaginary === undefined ? re : { re, im: total(asNumbers(imaginary)) },
  };
}

function bigEndianName(dtype: string, bytes: number): string {
  const letter = dtype.startsWith('float') ? 'f' : dtype.startsWith('u') ? 'u' : 'i';
  return `>${letter}${bytes}`;
}

function asNumbers(data: MatNumbers['data']): ArrayLike<number> {
  return data instanceof BigInt64Array || data instanceof BigUint64Array
    ? Float64Array.from(data, Number)
    : data;
}

/** Column-major values as numbers in row-major order (last index fastest). */
function rowMajor(data: MatNumbers['data'], shape: readonly number[]): Float64Array {
  const values = asNumbers(data);
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((total, size) => total * size, 1));
  const out = new Float64Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let at = 0; at < out.length; at++) {
    out[at] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      from += steps[axis];
      if (index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
