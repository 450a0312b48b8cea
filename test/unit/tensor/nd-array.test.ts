import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asMatrix,
  broadcastTo,
  type NdArray,
  ndArray,
  packed,
  permute,
  pick,
  reshape,
  sizeOf,
  slice,
  transposeLast,
  windows,
} from '../../../main/tensor/nd-array.ts';

/** An array as nested lists, element by element: what every view is held against. */
type Nested = number | Nested[];
function nested({ shape, strides, offset, data }: NdArray<Float64Array>, axis = 0, at = offset): Nested {
  if (axis === shape.length) return data[at];
  return Array.from({ length: shape[axis] }, (_, index) =>
    nested({ shape, strides, offset, data }, axis + 1, at + index * strides[axis]),
  );
}
const flat = (list: Nested): number[] => (Array.isArray(list) ? list.flatMap(flat) : [list]);
const rows = (list: Nested): Nested[] => (Array.isArray(list) ? list : []);
/** Applies a change to every list that lies `depth` axes down. */
const deep = (list: Nested, depth: number, change: (inner: Nested[]) => Nested): Nested =>
  depth === 0 ? change(rows(list)) : rows(list).map((inner) => deep(inner, depth - 1, change));

const counted = (shape: readonly number[]): NdArray<Float64Array> =>
  ndArray(
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, at) => at + 1),
  );

/** An array seen through a few random views, with the nested list that copying would have made of it. */
const viewed = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(3), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 3 }), fc.nat()), {
      maxLength: 5,
    }),
  )
  .map(([shape, steps]) => {
    let array = counted(shape);
    let copy = nested(array);
    for (const [kind, a, b, step, c] of steps) {
      const axis = a % Math.max(1, array.shape.length);
      if (array.shape.length === 0) break;
      const length = array.shape[axis];
      if (kind === 0) {
        const start = b % length;
        const stop = start + 1 + (c % (length - start));
        array = slice(array, axis, start, stop, step);
        copy = deep(copy, axis, (list) => list.slice(start, stop).filter((_, at) => at % step === 0));
      } else if (kind === 1) {
        array = pick(array, axis, b % length);
        copy = deep(copy, axis, (list) => list[b % length]);
      } else if (kind === 2 && array.shape.length > 1) {
        // Neighbouring axes change places.
        const first = axis % (array.shape.length - 1);
        const order = array.shape.map((_, at) => (at === first ? at + 1 : at === first + 1 ? at - 1 : at));
        array = permute(array, order);
        copy = deep(copy, first, (list) =>
          Array.from({ length: rows(list[0]).length }, (_, inner) => list.map((one) => rows(one)[inner])),
        );
      } else if (kind === 3) {
        array = broadcastTo(array, [step, ...array.shape]);
        copy = Array.from({ length: step }, () => copy);
      }
    }
    return { array, copy };
  });

describe('views', () => {
  it('hold what copying would hold, through any chain of them', () => {
    fc.assert(
      fc.property(viewed, ({ array, copy }) => {
        expect(nested(array)).toEqual(copy);
        expect([...packed(array)]).toEqual(flat(copy));
      }),
      { numRuns: 500 },
    );
  });

  it('reshape keeps the row-major order, with a view or a copy', () => {
    fc.assert(
      fc.property(viewed, fc.nat(), ({ array, copy }, cut) => {
        const count = sizeOf(array.shape);
        const divisors = Array.from({ length: count }, (_, at) => at + 1).filter((one) => count % one === 0);
        const first = divisors[cut % divisors.length];
        const shape = [first, 1, count / first];
        const turned = reshape(array, shape);
        expect(turned.shape).toEqual(shape);
        expect(flat(nested(turned))).toEqual(flat(copy));
      }),
      { numRuns: 500 },
    );
  });

  it('share memory, reshape among them where strides can say it', () => {
    const whole = counted([2, 3, 4]);
    const middle = slice(whole, 1, 0, 2);
    for (const view of [
      middle,
      pick(whole, 0, 1),
      transposeLast(whole),
      reshape(whole, [6, 4]),
      reshape(middle, [2, 2, 2, 2]),
    ])
      expect(view.data).toBe(whole.data);
    expect(reshape(transposeLast(whole), [24]).data).not.toBe(whole.data);
    expect(asMatrix(pick(whole, 0, 1)).data.buffer).toBe(whole.data.buffer);
    expect([...asMatrix(pick(whole, 0, 1)).data.slice(0, 3)]).toEqual([13, 14, 15]);
  });

  it('may be empty, or one number', () => {
    const none = slice(counted([2, 3]), 1, 1, 1);
    expect(packed(none).length).toBe(0);
    expect(reshape(none, [0, 7]).shape).toEqual([0, 7]);
    expect([...packed(pick(pick(counted([2, 3]), 0, 1), 0, 2))]).toEqual([6]);
  });

  it('windows along an axis are its slices', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        (times, asked, step) => {
          const length = Math.min(times, asked);
          const array = counted([3, times, 2]);
          const view = windows(array, 1, length, step);
          expect(view.shape).toEqual([3, Math.floor((times - length) / step) + 1, 2, length]);
          for (let at = 0; at < view.shape[1]; at++) {
            const own = permute(slice(array, 1, at * step, at * step + length), [0, 2, 1]);
            expect(nested(pick(view, 1, at))).toEqual(nested(own));
          }
        },
      ),
    );
  });
});

describe('refusals', () => {
  const array = counted([2, 3]);
  it.each([
    ['values that do not fill', () => ndArray([2, 2], new Float64Array(3)), '3 values do not fill 2 × 2'],
    ['an axis that is not there', () => pick(array, 2, 0), 'no axis 2'],
    ['an index outside', () => pick(array, 1, 3), 'axis 1 of 3 has no 3'],
    ['a slice outside', () => slice(array, 1, 1, 4), '1:4:1 is not within axis 1 of 3'],
    ['a window too long', () => windows(array, 1, 4, 1), 'no window of 4 fits axis 1 of 3'],
    ['no order', () => permute(array, [0, 0]), 'no order of 2 axes'],
    ['shapes that do not broadcast', () => broadcastTo(array, [2, 4]), 'cannot be broadcast to 2 × 4'],
    ['another number of elements', () => reshape(array, [4]), 'cannot be reshaped to 4'],
    ['three axes as a matrix', () => asMatrix(counted([1, 2, 3])), 'are no matrix'],
  ])('%s', (_name, run, words) => {
    expect(run).toThrow(words);
  });
});
