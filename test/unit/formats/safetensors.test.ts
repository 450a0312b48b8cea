import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfToFloat, openSafetensors } from '../../../main/formats/safetensors/safetensors.ts';
import { encodeSafetensors } from '../../../main/formats/safetensors/write-safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
let count = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${count++}.safetensors`);
  writeFileSync(path, bytes);
  return path;
}

/** A file with any header text and any tensor bytes. */
function raw(header: unknown, data: Uint8Array = new Uint8Array(), claimed?: number): string {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return fileOf(bytes);
}

describe('safetensors', () => {
  it('gives back what was written, and writes it the same way again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.stringMatching(/^[a-z.0-9]{1,12}$/),
          fc.array(fc.float({ noNaN: true }), { maxLength: 20 }),
          { maxKeys: 5 },
        ),
        async (content) => {
          const tensors = new Map(
            Object.entries(content).map(([name, values]) => [
              name,
              { shape: [values.length], values: Float32Array.from(values) },
            ]),
          );
          const bytes = encodeSafetensors(tensors);
          const file = await openSafetensors(fileOf(bytes));
          const back = new Map<string, { shape: readonly number[]; values: Float32Array }>();
          for (const [name, { shape }] of file.tensors)
            back.set(name, { shape, values: await file.float32(name) });
          await file.close();
          expect(new Map([...back].sort())).toEqual(new Map([...tensors].sort()));
          expect(encodeSafetensors(back)).toEqual(bytes);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('widens bfloat16 and float16 exactly', async () => {
    expect([0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555].map(halfToFloat)).toEqual([
      1,
      -2,
      2 ** -24,
      Infinity,
      0.333251953125,
    ]);
    expect(halfToFloat(0x7e00)).toBeNaN();
    const header = { b: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } };
    const file = await openSafetensors(raw(header, Uint8Array.of(0x80, 0x3f, 0x20, 0xc1)));
    expect([...(await file.float32('b'))]).toEqual([1, -10]);
    await file.close();
  });

  const entry = (from: number, to: number, shape = [(to - from) / 4]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [from, to],
  });
  const damaged: [string, () => string, RegExp][] = [
    ['a header length over the file', () => raw({}, undefined, 10 ** 6), /longer than the file/],
    ['a header length beyond all bounds', () => raw({}, undefined, 2 ** 52), /longer than the file/],
    ['text that is not JSON', () => raw('{"a": '), /not readable/],
    ['overlapping tensors', () => raw({ a: entry(0, 8), b: entry(4, 12) }, new Uint8Array(12)), /overlap/],
    ['a tensor past the end', () => raw({ a: entry(0, 64) }, new Uint8Array(8)), /past the end/],
    [
      'a shape that contradicts the bytes',
      () => raw({ a: entry(0, 8, [3]) }, new Uint8Array(8)),
      /shape asks for 12/,
    ],
    ['a negative offset', () => raw({ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }), /malformed/],
    [
      'an unknown element type',
      () => raw({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)),
      /not supported/,
    ],
    ['a file of three bytes', () => fileOf(Uint8Array.of(1, 2, 3)), /shorter than 8/],
  ];
  for (const [what, make, sentence] of damaged) {
    it(`refuses ${what}`, async () => {
      await expect(openSafetensors(make())).rejects.toThrow(sentence);
      await expect(openSafetensors(make())).rejects.toMatchObject({ name: 'UserError' });
    });
  }
});
