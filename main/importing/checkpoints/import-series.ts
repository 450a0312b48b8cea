import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { importSeriesParamsSchema, trainingRunSchema } from '../../contract/checkpoints.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Project } from '../../data/project.ts';
import { hashFile } from '../../formats/source.ts';
import type { JobType } from '../../jobs/job-type.ts';
import { readModelFolder } from '../../models/folder/model-folder.ts';
import type { ModelFolder } from '../../models/folder/model-weights.ts';
import { findSeries, type SeriesFolder } from './series-steps.ts';

type ImportSeriesParams = z.infer<typeof importSeriesParamsSchema>;

interface Cursor {
  readonly runId: string;
  readonly done: number;
}

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];

/**
 * Brings a series of Hugging Face folders in as one run: a checkpoint per folder, its step read from the folder's
 * name. Each checkpoint is committed with the cursor. What the weights are worth is for the audit to say.
 */
export function importSeriesJob(codeVersion: string): JobType<ImportSeriesParams> {
  return {
    type: 'import.checkpoints',
    params: importSeriesParamsSchema,
    title: ({ name }) => `Import of the checkpoints of ${name}`,
    recovery: 'resume',
    inputs: (_, { folders }) =>
      findSeries(folders).map(({ folder, step }) => ({ step, files: fileStates(folder) })),
    stillValid: (project, result) => {
      const run = trainingRunSchema.safeParse(result);
      return run.success && project.training.find(run.data.id) !== null;
    },
    async preflight(_, { folders }) {
      const bytes = findSeries(folders).map(({ folder }) =>
        fileStates(folder).reduce((sum, { size }) => sum + size, 0),
      );
      return {
        // Half floats double in memory, and one tensor is held a second time while it is packed.
        peakMemoryBytes: 3 * Math.max(...bytes),
        seconds: null,
        diskBytes: bytes.reduce((sum, one) => sum + one, 0),
        fits: true,
        reason: null,
        alternative: null,
      };
    },
    async run({ project, signal, report, cursor, commit }, { folders, name }) {
      const series = findSeries(folders);
      let { runId, done } = cursor<Cursor>() ?? { runId: newId(), done: 0 };
      for (; done < series.length; done++) {
        signal.throwIfAborted();
        report({ phase: 'reading', done, total: series.length, unit: 'checkpoints' });
        const { folder, step } = series[done];
        const model = await readModelFolder(folder);
        if (done > 0) refuseOtherModel(project, runId, model);
        const run = done === 0 ? await describe(series, name, codeVersion) : null;
        const inputs = await Promise.all(modelFiles(folder).map((file) => hashFile(join(folder, file))));
        const next = { runId, done: done + 1 };
        commit(next, () => {
          if (run !== null) {
            project.training.create({ ...run.run, id: runId });
            for (const [file, bytes] of run.files) project.training.putFile(runId, file, bytes);
          }
          const tensors = [...model.parameters].map(([tensor, { shape, values }]) => ({
            name: tensor,
            shape,
            values,
          }));
          const { id } = project.checkpoints.put({ runId, step, tokens: null, source: folder, tensors });
          project.provenance.record({
            kind: 'import.checkpoints',
            params: { step },
            codeVersion,
            seed: null,
            inputs: inputs.map(({ path, sha256 }) => ({ kind: 'file', id: sha256, label: path })),
            outputs: [{ kind: 'model', id, label: `${name}, step ${step}` }],
          });
        });
      }
      report({ phase: 'reading', done, total: series.length, unit: 'checkpoints' });
      return project.training.setState(runId, 'complete');
    },
  };
}

async function describe(series: readonly SeriesFolder[], name: string, codeVersion: string) {
  const [{ folder }] = series;
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  const files: [string, Uint8Array][] = [];
  for (const file of TOKENIZER_FILES) {
    const holder = series.find((one) => existsSync(join(one.folder, file)));
    if (holder !== undefined) files.push([file, await readFile(join(holder.folder, file))]);
  }
  const run = {
    plan: name,
    name,
    origin: 'imported' as const,
    seed: null,
    config,
    settings: { folders: series.map((one) => one.folder) },
    provider: null,
    codeVersion,
    simulated: false,
    tokensPerStep: null,
    totalSteps: series.at(-1)?.step ?? null,
  };
  return { run, files };
}

function refuseOtherModel(project: Project, runId: string, model: ModelFolder): void {
  const [first] = project.checkpoints.list(runId);
  for (const { name, shape } of project.checkpoints.tensors(first.id)) {
    const found = model.parameters.get(name)?.shape.join('×') ?? 'missing';
    if (found === shape.join('×')) continue;
    throw new UserError(
      'series.other-model',
      `${model.name} is not of the same model as step ${first.step}: ${name} is ${found} there, not ${shape.join('×')}. Leave it out.`,
      { folder: model.name, step: first.step, tensor: name, is: found, expected: shape.join('×') },
    );
  }
}

/** Names, sizes and times of a folder's model files: another state is another import. */
function fileStates(folder: string): { readonly name: string; readonly size: number; readonly at: number }[] {
  return modelFiles(folder).map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return { name, size, at: mtimeMs };
  });
}

function modelFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name === 'config.json' || name.endsWith('.safetensors'));
}
