import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dequantise, isReadable, tensorBytes } from '../../../main/formats/gguf/dequantise.ts';
import { openGguf } from '../../../main/formats/gguf/gguf.ts';
import { readGgufModel } from '../../../main/models/folder/gguf-model.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');
const model = readFileSync(join(fixtures, 'llama-gguf', 'model.gguf'));
const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
let count = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${count++}.gguf`);
  writeFileSync(path, bytes);
  return path;
}

describe('GGUF', () => {
  it('de-quantises every supported block type as the reference library does', () => {
    const blocks: Record<string, { bytes: number[]; values: number[] }> = JSON.parse(
      readFileSync(join(fixtures, 'gguf-blocks.json'), 'utf8'),
    );
    expect(Object.keys(blocks)).toHaveLength(7);
    for (const [type, { bytes, values }] of Object.entries(blocks)) {
      const ours = dequantise(Number(type), Uint8Array.from(bytes));
      expect(tensorBytes(Number(type), [values.length])).toBe(bytes.length);
      const largest = Math.max(...values.map(Math.abs));
      ours.forEach((value, at) => {
        expect(Math.abs(value - values[at]), `type ${type} value ${at}`).toBeLessThanOrEqual(1e-6 * largest);
      });
      expect(ours).toHaveLength(values.length);
    }
    expect(isReadable(10)).toBe(false);
  });

  it('reads metadata and shapes', async () => {
    const file = await openGguf(fileOf(model));
    expect(file.metadata.get('general.architecture')).toBe('llama');
    expect(file.metadata.get('llama.rope.freq_base')).toBe(5000);
    expect(file.tensors.get('blk.1.ffn_down.weight')?.shape).toEqual([32, 64]);
    await file.close();
  });

  it('refuses damage and foreign files with one sentence', async () => {
    for (const length of [0, 3, 20, 200, 2000, model.length - 5]) {
      await expect(openGguf(fileOf(model.subarray(0, length)))).rejects.toMatchObject({ name: 'UserError' });
    }
    const version = Uint8Array.from(model);
    version[4] = 9;
    await expect(openGguf(fileOf(version))).rejects.toThrow(/version 9/);
    await expect(openGguf(fileOf(new TextEncoder().encode('not a model at all')))).rejects.toThrow(
      /does not begin with GGUF/,
    );
    const huge = Uint8Array.from(model).fill(255, 8, 24);
    await expect(openGguf(fileOf(huge))).rejects.toMatchObject({ name: 'UserError' });
  });

  it('names an architecture that is not supported', async () => {
    const at = model.indexOf('llama');
    const other = Uint8Array.from(model);
    other.set(new TextEncoder().encode('mamba'), at);
    await expect(readGgufModel(fileOf(other))).rejects.toThrow(/"mamba" is not supported/);
  });
});
