import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKED_MODELS, checkModel } from '../../../main/models/training/check-gradients.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');

/** Whole models against torch (make-gradients.py, make-conv-gradients.py): the loss, and the gradient of every parameter. */
describe('gradients of whole models', () => {
  it.each(CHECKED_MODELS)('%s within 1e-4 of torch', async (name) => {
    const check = await checkModel(name, fixtures);
    console.info(check);
    expect(check).toMatchObject({ passed: true, note: null });
    expect(check.parameters).toBeGreaterThan(10);
    expect(check.worst).toBeLessThanOrEqual(1e-4);
    expect(check.worst).toBeGreaterThan(0);
  });

  it('says that a check was not run where torch gradients are missing', async () => {
    const check = await checkModel('gpt2', join(fixtures, 'nowhere'));
    expect(check).toMatchObject({ passed: null, note: 'not run: torch gradients are not here' });
  });

  it('fails where one gradient differs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gradients-'));
    try {
      await cp(join(fixtures, 'gpt2'), join(folder, 'gpt2'), { recursive: true });
      const path = join(folder, 'gpt2', 'gradients.safetensors');
      const bytes = await readFile(path);
      // The last number of the last tensor.
      bytes.writeFloatLE(bytes.readFloatLE(bytes.length - 4) + 1, bytes.length - 4);
      await writeFile(path, bytes);
      expect(await checkModel('gpt2', folder)).toMatchObject({ passed: false });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
