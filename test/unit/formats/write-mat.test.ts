import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readMatArray } from '../../../main/formats/mat/read-array.ts';
import { encodeMat } from '../../../main/formats/mat/write-mat.ts';
import { scratchFolder } from '../data/scratch.ts';

it('MATLAB files give back what was written, row by row', async () => {
  const file = join(scratchFolder(), 'written.mat');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 }),
      fc.constantFrom(Float32Array, Float64Array, Uint8Array),
      async (shape, type) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const data = new type(count).map((_, at) => at + 1);
        await writeFile(
          file,
          encodeMat({ first: { shape: [1, 1], data: Float64Array.of(7) }, examples: { shape, data } }),
        );
        const read = await readMatArray(file, 'examples');
        expect([...read.shape]).toEqual(shape);
        expect([...read.data]).toEqual([...data]);
      },
    ),
    { numRuns: 30 },
  );
});

it('names what a file holds where the asked variable is missing', async () => {
  const file = join(scratchFolder(), 'other.mat');
  await writeFile(file, encodeMat({ meanvec: { shape: [1, 2], data: Float32Array.of(1, 2) } }));
  await expect(readMatArray(file, 'examples')).rejects.toMatchObject({
    code: 'mat.no-variable',
    params: { found: 'meanvec' },
  });
});
