import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import { compareTensors } from '../../analysis/checkpoints/compare-tensors.ts';
import { linearCka } from '../../analysis/similarity/cka.ts';
import { type CheckpointComparison, compareParamsSchema } from '../../contract/checkpoints.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { openLanguageModel } from '../../models/running/language-model.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, matrixOf } from '../../tensor/matrix.ts';
import { readStoredModel, readStoredTokenizer } from './stored-model.ts';

type CompareParams = z.infer<typeof compareParamsSchema>;

/** Most tokens of the text that similarity is computed on: enough for hundreds of hidden dimensions. */
const MOST_TOKENS = 4096;
/** Fewer say nothing about similarity. */
const LEAST_TOKENS = 8;

/**
 * Compares two checkpoints: every tensor's norm, cosine and update, and, where a text is given, every layer's hidden
 * states on it by linear CKA (Kornblith et al. 2019).
 * @param engine where large products run; asked for when a text is compared
 */
export function compareJob(engine: () => Promise<MatrixEngine>): JobType<CompareParams> {
  return {
    type: 'checkpoint.compare',
    params: compareParamsSchema,
    title: () => 'Comparison of two checkpoints',
    recovery: 'restart',
    inputs: (project, { first, second }) => [first, second].map((id) => project.checkpoints.tensors(id)),
    async run(context, params): Promise<CheckpointComparison> {
      const { checkpoints } = context.project;
      const [first, second] = [checkpoints.get(params.first), checkpoints.get(params.second)];
      const { tensors, unmatched } = await compareWeights(context, params);
      const { text } = params;
      if (text === undefined) return { first, second, tensors, unmatched, layers: null, tokens: null };
      const states = [];
      for (const { id, runId } of [first, second]) {
        context.report({ phase: 'layers', done: states.length, total: 2, unit: 'checkpoints' });
        states.push(await hiddenStates(context.project, id, runId, text));
        context.signal.throwIfAborted();
      }
      const [one, other] = states;
      if (one[0].rows !== other[0].rows) throw otherTokens();
      const products = await engine();
      const layers = [];
      for (const layer of Array(Math.min(one.length, other.length)).keys()) {
        layers.push({ layer, cka: await linearCka(products, one[layer], other[layer]) });
      }
      return { first, second, tensors, unmatched, layers, tokens: one[0].rows };
    },
  };
}

async function compareWeights(
  { project: { checkpoints }, signal, report }: JobContext,
  { first, second }: CompareParams,
): Promise<Pick<CheckpointComparison, 'tensors' | 'unmatched'>> {
  const [left, right] = [first, second].map(
    (id) => new Map(checkpoints.tensors(id).map((tensor) => [tensor.name, tensor])),
  );
  const shared = [...left.values()].filter(
    ({ name, shape }) => right.get(name)?.shape.join('x') === shape.join('x'),
  );
  const tensors = [];
  for (const { name, shape } of shared) {
    await nextTurn();
    signal.throwIfAborted();
    const [a, b] = [first, second].map((id) => checkpoints.read(id, name).values);
    tensors.push({ name, shape, ...compareTensors(a, b) });
    report({ phase: 'tensors', done: tensors.length, total: shared.length, unit: 'tensors' });
  }
  const matched = new Set(shared.map(({ name }) => name));
  const unmatched = [...new Set([...left.keys(), ...right.keys()])]
    .filter((name) => !matched.has(name))
    .sort();
  return { tensors, unmatched };
}

/** Hidden states of every layer, tokens × width, of the text cut into pieces that the model can take. */
async function hiddenStates(
  project: Project,
  checkpointId: string,
  runId: string,
  text: string,
): Promise<Matrix[]> {
  const folder = readStoredModel(project, checkpointId);
  const { layers, width, positions } = folder.config;
  const ids = readStoredTokenizer(project, runId).encode(text, false).slice(0, MOST_TOKENS);
  if (ids.length < LEAST_TOKENS) {
    throw new UserError(
      'compare.short-text',
      `The text has ${ids.length} tokens; similarity of layers needs at least ${LEAST_TOKENS}.`,
      { tokens: ids.length, least: LEAST_TOKENS },
    );
  }
  const model = await openLanguageModel(folder);
  try {
    const wanted = Array.from({ length: layers + 1 }, (_, layer) => layer);
    const states = wanted.map(() => new Float32Array(ids.length * width));
    for (let at = 0; at < ids.length; at += positions) {
      const piece = ids.slice(at, at + positions);
      const { hidden } = await model.run([piece], { hidden: wanted, attention: [], logits: false });
      for (const [layer, data] of hidden)
        states[layer].set(data.subarray(0, piece.length * width), at * width);
    }
    return states.map((data) => matrixOf(ids.length, width, data));
  } finally {
    await model.release();
  }
}

function otherTokens(): UserError {
  return new UserError(
    'compare.other-tokenizers',
    'The two checkpoints have different tokenizers, so their layers cannot be compared word by word: leave the text out.',
  );
}
