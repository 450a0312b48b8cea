import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../main/models/folder/read-model.ts';
import { certify } from '../../../main/models/running/certify.ts';
import { openLanguageModel } from '../../../main/models/running/language-model.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models');
const models = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** Tiny random models of every family; states by transformers and torch (make-models.py). */
describe('certificates against transformers', () => {
  for (const { name } of models) {
    it(`${name}: every layer, every head and the logits within 1e-4`, async () => {
      const folder = await readModel(join(fixtures, name));
      const model = await openLanguageModel(folder);
      const certificate = await certify(model, join(fixtures, name, 'reference'), 1e-4);
      await model.release();
      console.info(name, Math.max(...certificate.rows.map((row) => row.largestDifference)));
      expect(certificate.rows).toHaveLength(folder.config.layers * 2 + 2);
      expect(certificate.rows.filter((row) => !(row.largestDifference <= 1e-4))).toEqual([]);
      // States of any size, so that agreement means something.
      expect(Math.min(...certificate.rows.map((row) => row.largestReference))).toBeGreaterThan(0.05);
    });
  }
});
