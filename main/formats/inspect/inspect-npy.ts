import { basename } from 'node:path';
import { damaged, npyHeaderBytes, parseNpyHeader } from '../npy/npy.ts';
import { type NpyStream, openNpyStream } from '../npy/npy-stream.ts';
import { fileSize, readHead, streamBytes } from '../source.ts';
import { rowMajorPlaces, ValueTotals } from '../value-totals.ts';
import { totalsFields } from './array-statistics.ts';

/** Values shown of an array. */
const SHOWN = 3;

/** What `gyrus inspect` says of a .npy file. Without `stats` only its header is read. */
export async function inspectNpy(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const file = basename(path);
  const pieces = streamBytes(path, { reuse: true, ...(stats ? {} : { most: npyHeaderBytes }) });
  try {
    const array = await openNpyStream(pieces, file);
    if (READ.test(array.descriptor)) await checkSize(path, file);
    return { format: 'npy', ...(await describeNpyStream(array, stats)) };
  } finally {
    await pieces.return(undefined);
  }
}

async function checkSize(path: string, file: string): Promise<void> {
  const { shape, offset, width } = parseNpyHeader(await readHead(path, npyHeaderBytes), file, true);
  const bytes = shape.reduce((product, size) => product * size, 1) * width;
  if (!Number.isSafeInteger(bytes) || (await fileSize(path)) - offset < bytes) throw damaged(file);
}

/** Kinds of elements whose values are read: truth values, whole numbers, real and complex numbers. */
const READ = /^[<>|=]?(b1|[iu][1248]|f[248]|c8|c16)$/;

const letters: Readonly<Record<string, string>> = {
  b: 'bool',
  i: 'int',
  u: 'uint',
  f: 'float',
  c: 'complex',
};

/** Shape and type of an array, with `stats` its sums; of text and structured arrays no sums. */
export async function describeNpyStream(array: NpyStream, stats: boolean): Promise<Record<string, unknown>> {
  const { shape, descriptor, fortran } = array;
  if (!READ.test(descriptor)) return { shape, dtype: descriptor };
  const [letter, ...digits] = descriptor.replace(/^[<>|=]/, '');
  const bytes = digits.join('');
  const inOrder = letter === 'b' ? 'bool' : `${letters[letter]}${8 * Number(bytes)}`;
  const dtype = descriptor.startsWith('>') && bytes !== '1' ? descriptor : inOrder;
  if (!stats) return { shape, dtype };
  if (letter === 'c') return { shape, dtype, data: { shape, dtype, ...(await complexTotals(array)) } };
  const totals = new ValueTotals();
  const places = fortran ? rowMajorPlaces(shape, SHOWN) : [0, 1, 2];
  const first: number[] = [];
  for await (const values of array.blocks()) {
    places.forEach((place, n) => {
      const at = place - totals.count;
      if (at >= 0 && at < values.length) first[n] = Number(values[at]);
    });
    totals.add(values);
  }
  return { shape, dtype, data: { shape, dtype, ...totalsFields(totals), first } };
}

/** Sums of complex values that are finite in both parts, named as those of MATLAB's complex variables. */
async function complexTotals(array: NpyStream): Promise<Record<string, unknown>> {
  const total = { n_nonfinite: 0, re: 0, im: 0, abs: 0 };
  for await (const pairs of array.blocks()) {
    let [re, im, abs] = [0, 0, 0];
    for (let at = 0; at < pairs.length; at += 2) {
      const [a, b] = [Number(pairs[at]), Number(pairs[at + 1])];
      if (!Number.isFinite(a) || !Number.isFinite(b)) {
        total.n_nonfinite += 1;
        continue;
      }
      re += a;
      im += b;
      abs += Math.hypot(a, b);
    }
    total.re += re;
    total.im += im;
    total.abs += abs;
  }
  const { n_nonfinite, re, im, abs } = total;
  return { n_nonfinite, sum: { re, im }, sum_abs: abs };
}
