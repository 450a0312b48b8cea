import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openMat } from './open-mat.ts';
import type { MatArray } from './write-mat.ts';

/**
 * One real numeric variable of a .mat file as float32 values in row-major (C) order.
 * @throws UserError `mat.no-variable` naming what the file has instead, `mat.not-numbers`, and as `openMat`
 */
export async function readMatArray(
  path: string,
  name: string,
): Promise<{ readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }> {
  const file = basename(path);
  const mat = await openMat(path);
  try {
    const variable = mat.variables.find((one) => one.name === name);
    if (variable === undefined) {
      const found = mat.variables.map((one) => one.name).join(', ') || 'nothing';
      throw new UserError(
        'mat.no-variable',
        `${file} has no variable "${name}" (it holds: ${found}); check that it is the file you mean.`,
        { file, name, found },
      );
    }
    const value = await variable.read();
    if (value.kind !== 'numbers') {
      throw new UserError(
        'mat.not-numbers',
        `"${name}" in ${file} is a ${value.kind}, where an array of numbers is needed.`,
        { file, name, found: value.kind },
      );
    }
    return { shape: value.shape, data: rowMajor(value.shape, Float32Array.from(value.data, Number)) };
  } finally {
    await mat.close();
  }
}

/** Column-major values in row-major order. */
function rowMajor(shape: readonly number[], data: MatArray['data']): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0; to < data.length; to++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++) from += index[axis] * strides[axis];
    out[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}
