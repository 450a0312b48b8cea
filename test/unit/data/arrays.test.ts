import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Dtype, dtypeSchema } from '../../../main/contract/arrays.ts';
import type { TypedArray } from '../../../main/contract/typed-arrays.ts';
import type { Selection } from '../../../main/data/arrays/array-store.ts';
import { elementCount, suggestChunkShape } from '../../../main/data/arrays/chunk-grid.ts';
import { allocate } from '../../../main/data/arrays/typed-arrays.ts';
import { scratchProject } from './scratch.ts';

/** Values that differ everywhere and use the whole range of the type. */
function fill(dtype: Dtype, length: number, seed: number): TypedArray {
  const values = allocate(dtype, length);
  for (let at = 0; at < length; at++) {
    const mixed = Math.imul(at + 1, 2654435761) ^ seed;
    values[at] = dtype === 'bool' ? mixed & 1 : dtype.startsWith('float') ? mixed / 7919 : mixed;
  }
  return values;
}

/** The plainest possible partial read: visit every element of the box. */
function naiveRead(values: TypedArray, shape: readonly number[], start: number[], stop: number[]): number[] {
  const picked: number[] = [];
  const visit = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      picked.push(values[offset]);
      return;
    }
    for (let at = start[axis]; at < stop[axis]; at++) visit(axis + 1, offset * shape[axis] + at);
  };
  visit(0, 0);
  return picked;
}

const layoutArbitrary = fc.integer({ min: 1, max: 4 }).chain((rank) =>
  fc.record({
    dtype: fc.constantFrom(...dtypeSchema.options),
    seed: fc.integer(),
    axes: fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 7 }),
        chunk: fc.integer({ min: 1, max: 9 }),
        a: fc.nat(7),
        b: fc.nat(7),
        whole: fc.boolean(),
      }),
      { minLength: rank, maxLength: rank },
    ),
  }),
);

test('any shape, chunking and type comes back, whole and in part', () => {
  const { arrays } = scratchProject();
  fc.assert(
    fc.property(layoutArbitrary, ({ dtype, seed, axes }) => {
      const shape = axes.map(({ size }) => size);
      const values = fill(dtype, elementCount(shape), seed);
      const info = arrays.put(
        { name: 'any', shape, chunkShape: axes.map(({ chunk }) => chunk), dtype },
        values,
      );
      const whole = arrays.read(info.id);
      expect(whole.shape).toEqual(shape);
      expect(whole.data).toEqual(values);

      const start = axes.map(({ size, a, b, whole: all }) => (all ? 0 : Math.min(a, b, size)));
      const stop = axes.map(({ size, a, b, whole: all }) => (all ? size : Math.min(Math.max(a, b), size)));
      const selection: Selection = axes.map((axis, at) =>
        axis.whole ? null : { start: start[at], stop: stop[at] },
      );
      const part = arrays.read(info.id, selection);
      expect(part.shape).toEqual(stop.map((to, axis) => to - start[axis]));
      expect([...part.data]).toEqual(naiveRead(values, shape, start, stop));
    }),
    { numRuns: 150 },
  );
});

test('boxes written in any order over each other leave what a plain array would hold', () => {
  const { arrays } = scratchProject();
  const box = fc.record({
    r: fc.nat(8),
    c: fc.nat(6),
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 7 }),
    value: fc.integer(),
  });
  fc.assert(
    fc.property(
      fc.array(box, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (boxes, chunk) => {
        const [height, width] = [9, 7];
        const plain = new Int32Array(height * width);
        const { id } = arrays.create({
          name: 'boxes',
          shape: [height, width],
          chunkShape: [chunk, 3],
          dtype: 'int32',
        });
        for (const { r, c, value, ...size } of boxes) {
          const rows = Math.min(size.rows, height - r);
          const cols = Math.min(size.cols, width - c);
          const values = Int32Array.from({ length: rows * cols }, (_, at) => value + at);
          arrays.write(id, [r, c], [rows, cols], values);
          for (let at = 0; at < rows * cols; at++)
            plain[(r + Math.floor(at / cols)) * width + c + (at % cols)] = values[at];
        }
        expect(arrays.read(id).data).toEqual(plain);
      },
    ),
    { numRuns: 60 },
  );
});

test('rows appended as they come, chunks read back clipped at the edge', () => {
  const { arrays } = scratchProject();
  const { id } = arrays.create({ name: 'rows', shape: [5, 4], chunkShape: [2, 3], dtype: 'float64' });
  arrays.writeRows(id, 0, Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  arrays.writeRows(id, 2, Float64Array.of(8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19));
  expect(arrays.readChunk(id, [1, 1])).toEqual({ shape: [2, 1], data: Float64Array.of(11, 15) });
  expect(arrays.readChunk(id, [2, 1])).toEqual({ shape: [1, 1], data: Float64Array.of(19) });
  expect(arrays.seal(id).contentHash).toMatch(/^[0-9a-f]{64}$/);
});

test('the content hash depends on values, type, shape and chunks and on nothing else', () => {
  const { arrays } = scratchProject();
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const hash = (
    name: string,
    shape: number[],
    chunkShape: number[],
    data: TypedArray = values,
    dtype: Dtype = 'float32',
  ) => arrays.put({ name, shape, chunkShape, dtype }, data).contentHash;
  const base = hash('a', [2, 3], [1, 2]);
  expect(hash('b', [2, 3], [1, 2])).toBe(base);
  expect(hash('a', [3, 2], [1, 2])).not.toBe(base);
  expect(hash('a', [2, 3], [2, 2])).not.toBe(base);
  expect(hash('a', [2, 3], [1, 2], Float32Array.of(1, 2, 3, 4, 5, 7))).not.toBe(base);
  expect(hash('a', [2, 3], [1, 2], Int32Array.from(values), 'int32')).not.toBe(base);
  // By Python's hashlib: SHA-256 of one little-endian float32 chunk [1, 2], then of header and that digest.
  expect(hash('one', [2], [2], Float32Array.of(1, 2))).toBe(
    '681c7b867a1355536ae1052d7d6d5849e841098595c132d8ec8c491673a27df9',
  );
});

test('the pad of edge chunks is not part of the hash', () => {
  const { arrays } = scratchProject();
  const spec = { name: 'edge', shape: [3], chunkShape: [2], dtype: 'uint8' } as const;
  const padded = arrays.create(spec);
  arrays.writeChunk(padded.id, [0], Uint8Array.of(1, 2));
  arrays.writeChunk(padded.id, [1], Uint8Array.of(3, 99));
  const exact = arrays.put(spec, Uint8Array.of(1, 2, 3));
  expect(arrays.seal(padded.id).contentHash).toBe(exact.contentHash);
});

test('an array with a missing chunk is not sealed, and a sealed one is not written', () => {
  const { arrays } = scratchProject();
  const { id } = arrays.create({ name: 'half', shape: [4], chunkShape: [2], dtype: 'uint8' });
  arrays.writeChunk(id, [0], Uint8Array.of(1, 2));
  expect([arrays.hasChunk(id, [0]), arrays.hasChunk(id, [1])]).toEqual([true, false]);
  expect(() => arrays.seal(id)).toThrow(expect.objectContaining({ code: 'array.incomplete' }));
  arrays.writeChunk(id, [1], Uint8Array.of(3, 4));
  const sealed = arrays.seal(id);
  expect(arrays.seal(id)).toEqual(sealed);
  expect(() => arrays.writeChunk(id, [0], Uint8Array.of(9, 9))).toThrow('is sealed');
});

test('wrong types, sizes, chunks and boxes are faults, unknown arrays refusals', () => {
  const { arrays } = scratchProject();
  const { id } = arrays.create({ name: 'strict', shape: [4], chunkShape: [2], dtype: 'float32' });
  expect(() => arrays.writeChunk(id, [0], new Float64Array(2))).toThrow('holds float32, not Float64Array');
  expect(() => arrays.writeChunk(id, [0], new Float32Array(3))).toThrow('has 2 values');
  expect(() => arrays.writeChunk(id, [2], new Float32Array(2))).toThrow(RangeError);
  expect(() => arrays.read(id, [{ start: 0, stop: 5 }])).toThrow(RangeError);
  expect(() => arrays.readAs(id, 'int8')).toThrow('holds float32');
  expect(() => arrays.create({ name: 'bad', shape: [2], chunkShape: [0], dtype: 'int8' })).toThrow(
    'must be positive',
  );
  expect(() => arrays.info('none')).toThrow(expect.objectContaining({ code: 'array.unknown' }));
  expect(arrays.find('none')).toBeNull();
});

test('deleting takes the chunks along, but not from under someone who uses them', () => {
  const { arrays, spaces } = scratchProject();
  const used = arrays.put({ name: 'voxels', shape: [2], dtype: 'uint32' }, Uint32Array.of(3, 5));
  const affine = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  spaces.put({
    id: 's',
    name: 'scanner',
    shape: [2, 2, 2],
    affine,
    voxelIndexArrayId: used.id,
    voxelCount: 2,
  });
  expect(() => arrays.delete(used.id)).toThrow(expect.objectContaining({ code: 'array.in-use' }));
  spaces.delete('s');
  arrays.delete(used.id);
  expect(arrays.list()).toEqual([]);
});

test('empty arrays and scalars are arrays too', () => {
  const { arrays } = scratchProject();
  const empty = arrays.put({ name: 'empty', shape: [0, 3], dtype: 'float32' }, new Float32Array(0));
  expect(arrays.read(empty.id)).toEqual({ shape: [0, 3], data: new Float32Array(0) });
  const scalar = arrays.put({ name: 'scalar', shape: [], dtype: 'float64' }, Float64Array.of(42));
  expect(arrays.read(scalar.id)).toEqual({ shape: [], data: Float64Array.of(42) });
});

test.each([
  [[300, 50_000], 'float32', [5, 50_000]],
  [[10, 10], 'float64', [10, 10]],
  [[4, 3_000_000], 'uint8', [1, 1_048_576]],
  [[0], 'int8', [1]],
] as const)('suggested chunks of %j %s are about a megabyte: %j', (shape, dtype, chunkShape) => {
  expect(suggestChunkShape(shape, dtype)).toEqual(chunkShape);
});
