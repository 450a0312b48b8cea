import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../main/core/errors.ts';
import { openMat } from '../../../main/formats/mat/open-mat.ts';
import type { MatValue } from '../../../main/formats/mat/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-mat-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function read(bytes: Uint8Array): Promise<Record<string, MatValue>> {
  files += 1;
  const path = join(folder, `${files}.mat`);
  writeFileSync(path, bytes);
  const file = await openMat(path);
  try {
    const out: Record<string, MatValue> = {};
    for (const variable of file.variables) out[variable.name] = await variable.read();
    return out;
  } finally {
    await file.close();
  }
}

/** Writes version 5 elements in either byte order. */
function writer(little: boolean) {
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const element = (type: number, data: Uint8Array): Buffer =>
    Buffer.concat([word(type), word(data.length), data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
  const small = (type: number, data: Uint8Array): Buffer =>
    Buffer.concat([word((data.length << 16) | type), data, Buffer.alloc(4 - data.length)]);
  const doubles = (values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 8);
    values.forEach((value, index) => {
      if (little) bytes.writeDoubleLE(value, index * 8);
      else bytes.writeDoubleBE(value, index * 8);
    });
    return bytes;
  };
  const matrix = (kind: number, shape: number[], name: string, parts: Buffer[], flags = 0): Buffer =>
    element(
      14,
      Buffer.concat([
        element(6, Buffer.concat([word(kind | flags), word(0)])),
        element(5, Buffer.concat(shape.map(word))),
        element(1, Buffer.from(name)),
        ...parts,
      ]),
    );
  const head = Buffer.alloc(128, ' ');
  head.write('MATLAB 5.0 MAT-file, made for a test');
  Buffer.from(little ? [0, 1, 73, 77] : [1, 0, 77, 73]).copy(head, 124);
  return { word, element, small, doubles, matrix, head };
}

describe.each([true, false])('MATLAB 5, little-endian %s', (little) => {
  const { head, matrix, element, small, doubles, word } = writer(little);
  const numbers = matrix(6, [2, 3], 'a', [element(9, doubles([1, 2, 3, 4, 5, 6]))]);

  test('numbers are column-major, plain or compressed', async () => {
    const packed = deflateSync(numbers);
    const compressed = Buffer.concat([word(15), word(packed.length), packed]);
    for (const body of [numbers, compressed]) {
      const { a } = await read(Buffer.concat([head, body]));
      expect(a).toMatchObject({ kind: 'numbers', shape: [2, 3], dtype: 'float64' });
      expect(a.kind === 'numbers' && [...a.data].map(Number)).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test('doubles packed into a small element of one byte each', async () => {
    const { b } = await read(
      Buffer.concat([head, matrix(6, [1, 3], 'b', [small(2, Buffer.from([7, 8, 9]))])]),
    );
    expect(b.kind === 'numbers' && b.dtype).toBe('uint8');
    expect(b.kind === 'numbers' && [...b.data].map(Number)).toEqual([7, 8, 9]);
  });

  test('structs, cells and texts in UTF-8 nest', async () => {
    const text = matrix(4, [1, 3], '', [element(16, Buffer.from('é人x'))]);
    const cell = matrix(1, [1, 2], '', [text, numbers]);
    const names = Buffer.alloc(16);
    names.write('one');
    names.write('two', 8);
    const struct = matrix(2, [1, 1], 's', [small(5, word(8)), element(1, names), cell, text]);
    const { s } = await read(Buffer.concat([head, struct]));
    expect(s.kind === 'struct' && [...s.fields.keys()]).toEqual(['one', 'two']);
    const [one] = (s.kind === 'struct' && s.fields.get('one')) || [];
    expect(one.kind === 'cell' && one.cells[0]).toMatchObject({ kind: 'text', rows: ['é人x'] });
  });

  test('damage is refused or read, never anything else', { timeout: 30_000 }, async () => {
    const whole = Buffer.concat([head, numbers, matrix(1, [1, 1], 'c', [numbers])]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.nat(255),
        fc.integer({ min: 129, max: whole.length }),
        async (at, value, length) => {
          const bytes = Buffer.from(whole);
          bytes[at] = value;
          const outcome = await read(bytes.subarray(0, length)).catch((thrown: unknown) => thrown);
          expect(outcome instanceof UserError || !(outcome instanceof Error)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('MATLAB 4 is told by its ranges and read', async () => {
  const head = Buffer.alloc(20);
  [0, 2, 2, 0, 2].forEach((value, index) => void head.writeInt32LE(value, index * 4));
  const bytes = Buffer.concat([head, Buffer.from('x\0'), Buffer.from(Float64Array.of(1, 2, 3, 4).buffer)]);
  const { x } = await read(bytes);
  expect(x).toMatchObject({ shape: [2, 2], dtype: 'float64' });
  expect(x.kind === 'numbers' && [...x.data].map(Number)).toEqual([1, 2, 3, 4]);
});

test('a wrong checksum is said in a sentence', async () => {
  const { head, word, matrix, element, doubles } = writer(true);
  const packed = deflateSync(matrix(6, [1, 1], 'a', [element(9, doubles([1]))]));
  packed[packed.length - 1] ^= 1;
  await expect(read(Buffer.concat([head, word(15), word(packed.length), packed]))).rejects.toThrow(
    'is a damaged MATLAB file',
  );
});
