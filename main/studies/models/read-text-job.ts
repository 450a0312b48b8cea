import type { z } from 'zod';
import { type ModelSource, readTextParamsSchema, type TextReading } from '../../contract/models.ts';
import type { Project } from '../../data/project.ts';
import type { JobType } from '../../jobs/job-type.ts';
import type { ModelFolder } from '../../models/folder/model-weights.ts';
import { openModelTokenizer, readModel } from '../../models/folder/read-model.ts';
import { type ModelStates, openLanguageModel } from '../../models/running/language-model.ts';
import type { TextTokenizer } from '../../models/tokenizers/hugging-face.ts';
import { readStoredModel, readStoredTokenizer } from '../training/stored-model.ts';
import { onlyLanguageModels } from './certify-job.ts';
import { getModel } from './project-models.ts';

/** Continuations that are shown. */
const CONTINUATIONS = 10;
const BIDIRECTIONAL = new Set(['bert', 'roberta']);

/** Runs a model on a text: surprisal of every token, likeliest continuations, size of the states of every layer. */
export function readTextJob(): JobType<z.infer<typeof readTextParamsSchema>> {
  return {
    type: 'model.read',
    params: readTextParamsSchema,
    title: () => 'Model on a text',
    recovery: 'restart',
    async run({ project, report, signal }, { source, text }): Promise<TextReading> {
      report({ phase: 'loading', done: 0, total: 1, unit: 'models' });
      const { folder, tokenizer } = await openSource(project, source);
      signal.throwIfAborted();
      const ids = tokenizer.encode(text, BIDIRECTIONAL.has(folder.config.family));
      const model = await openLanguageModel(folder);
      try {
        const hidden = Array.from({ length: folder.config.layers + 1 }, (_, layer) => layer);
        const states = await model.run([ids], { hidden, attention: [], logits: true });
        return reading(folder, tokenizer, ids, states);
      } finally {
        await model.release();
      }
    },
  };
}

async function openSource(
  project: Project,
  source: ModelSource,
): Promise<{ folder: ModelFolder; tokenizer: TextTokenizer }> {
  if (source.kind === 'checkpoint') {
    const { runId } = project.checkpoints.get(source.id);
    return { folder: readStoredModel(project, source.id), tokenizer: readStoredTokenizer(project, runId) };
  }
  const { path, format, name } = getModel(project, source.id);
  if (format === 'onnx') throw onlyLanguageModels(name);
  const folder = await readModel(path);
  return { folder, tokenizer: await openModelTokenizer(path, folder.config.vocabularySize) };
}

function reading(
  folder: ModelFolder,
  tokenizer: TextTokenizer,
  ids: readonly number[],
  { hidden, logits }: ModelStates,
): TextReading {
  const { vocabularySize, width, family } = folder.config;
  const rows =
    logits === null || BIDIRECTIONAL.has(family)
      ? null
      : ids.map((_, at) => logProbabilities(logits.subarray(at * vocabularySize, (at + 1) * vocabularySize)));
  return {
    model: folder.name,
    tokens: ids.map((id, at) => ({
      text: tokenizer.decode([id]),
      surprisal: rows === null || at === 0 ? null : -rows[at - 1][id] / Math.LN2,
    })),
    next: rows === null ? [] : likeliest(rows[rows.length - 1], tokenizer),
    norms: [...hidden.values()].map((states) => meanNorm(states, ids.length, width)),
  };
}

/** ln softmax of one row of scores, in float64. */
function logProbabilities(scores: Float32Array): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  return Float64Array.from(scores, (score) => score - largest - Math.log(total));
}

function likeliest(row: Float64Array, tokenizer: TextTokenizer): TextReading['next'] {
  return Array.from(row.keys())
    .sort((a, b) => row[b] - row[a])
    .slice(0, CONTINUATIONS)
    .map((id) => ({ text: tokenizer.decode([id]), probability: Math.exp(row[id]) }));
}

function meanNorm(states: Float32Array, tokens: number, width: number): number {
  let sum = 0;
  for (let token = 0; token < tokens; token++)
    sum += Math.hypot(...states.subarray(token * width, (token + 1) * width));
  return sum / tokens;
}
