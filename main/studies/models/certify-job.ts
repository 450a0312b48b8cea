import type { z } from 'zod';
import { certificateSchema, certifyParamsSchema } from '../../contract/models.ts';
import { UserError } from '../../core/errors.ts';
import type { JobType } from '../../jobs/job-type.ts';
import { readModel } from '../../models/folder/read-model.ts';
import { certify } from '../../models/running/certify.ts';
import { openLanguageModel } from '../../models/running/language-model.ts';
import { getModel, setCertificate } from './project-models.ts';

/** Compares every layer, head and logit of a model with reference arrays, and keeps the certificate with the model. */
export function certifyJob(): JobType<z.infer<typeof certifyParamsSchema>> {
  return {
    type: 'model.certify',
    params: certifyParamsSchema,
    title: () => 'Certificate of a model',
    recovery: 'restart',
    async run({ project, report, signal }, { id, reference, tolerance }) {
      const model = getModel(project, id);
      if (model.format === 'onnx') throw onlyLanguageModels(model.name);
      report({ phase: 'loading', done: 0, total: 1, unit: 'models' });
      const opened = await openLanguageModel(await readModel(model.path), { device: 'cpu' });
      try {
        signal.throwIfAborted();
        const certificate = certificateSchema.parse(await certify(opened, reference, tolerance));
        setCertificate(project, id, certificate);
        return certificate;
      } finally {
        await opened.release();
      }
    },
  };
}

/** ONNX files have no known layers and no tokenizer of ours. */
export function onlyLanguageModels(model: string): UserError {
  return new UserError(
    'model.inspect-only',
    `${model} is an ONNX file, which can be inspected only: running it on a text needs a Hugging Face folder or a GGUF file.`,
    { model },
  );
}
