import { openMat } from '../mat/open-mat.ts';
import type { MatFile, MatNumbers, MatSparse, MatStruct, MatValue } from '../mat/types.ts';
import { release } from '../release.ts';
import { rowMajorPlaces } from '../value-totals.ts';
import { arrayStatistics } from './array-statistics.ts';
import { pairwiseSum, pairwiseSumOfRows } from './pairwise-sum.ts';

/** Rows of a character array shown. */
const SHOWN_ROWS = 3;

/** What `gyrus inspect` says of a MATLAB file of version 4 to 7: every variable, nested ones by their first element. */
export async function inspectMat(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = await openMat(path);
  try {
    return { format: 'mat', ...(await describeMat(file, stats)) };
  } finally {
    await file.close();
  }
}

/** The variables of an open file; with `stats` their values are read and summed. @throws UserError `mat.damaged` */
export async function describeMat(file: MatFile, stats: boolean): Promise<Record<string, unknown>> {
  const vars: Record<string, unknown> = {};
  for (const variable of file.variables) {
    if (!stats) {
      vars[variable.name] = { class: variable.className, shape: variable.shape };
      continue;
    }
    const value = await variable.read();
    vars[variable.name] = describeValue(value);
    if (value.kind === 'numbers') release(value.data);
  }
  return { version: file.version === 5 ? `b'${file.description}'`.slice(0, 60) : 'None', vars };
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
  const name = value.bigEndian && data.BYTES_PER_ELEMENT > 1 ? bigEndianName(value) : value.dtype;
  if (data.length === 0) return { shape, dtype: name };
  if (imaginary !== undefined) {
    return {
      shape,
      ...describeComplex(value.dtype, rowMajor(data, shape), rowMajor(imaginary, shape)),
    };
  }
  const { n_nonfinite, min, max, n_nonzero } = arrayStatistics(data);
  const sum =
    shape.length === 2 && n_nonfinite === 0
      ? pairwiseSumOfRows(asNumbers(data), shape[0], shape[1])
      : pairwiseSum(rowMajor(data, shape).filter(Number.isFinite));
  return {
    shape,
    dtype: name,
    ...(value.dtype.startsWith('float') ? { n_nonfinite } : {}),
    sum,
    min,
    max,
    mean: sum / (data.length - n_nonfinite),
    n_nonzero,
    first: rowMajorPlaces(shape, 3).map((place) => Number(data[place])),
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

function bigEndianName({ dtype, data }: MatNumbers): string {
  const letter = dtype.startsWith('float') ? 'f' : dtype.startsWith('u') ? 'u' : 'i';
  return `>${letter}${data.BYTES_PER_ELEMENT}`;
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
