import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type { ScratchModel, TrainingPlan } from '../../contract/training.ts';
import { UserError } from '../../core/errors.ts';
import { contentHash } from '../../core/hash.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { ResourceStore } from '../../core/resource-store.ts';
import type { Project } from '../../data/project.ts';
import { type CorpusDocument, holdOut, readCorpus } from '../../models/corpora/corpus.ts';
import { encodeDocuments } from '../../models/corpora/token-stream.ts';
import type { ModelConfig } from '../../models/folder/model-config.ts';
import { readModelFolder } from '../../models/folder/model-folder.ts';
import type { ModelFolder } from '../../models/folder/model-weights.ts';
import { openModelTokenizer } from '../../models/folder/read-model.ts';
import { readSpecialTokens } from '../../models/folder/special-tokens.ts';
import { type TextTokenizer, wrapTokenizer } from '../../models/tokenizers/hugging-face.ts';
import { SPECIAL_TOKENS, tokenizerFiles } from '../../models/tokenizers/tokenizer-json.ts';
import { trainBpe } from '../../models/tokenizers/train-bpe.ts';
import { configOf, initialiseModel, scratchConfig } from '../../models/training/initialise-model.ts';
import {
  type LanguageBatches,
  languageBatches,
  type MaskingTokens,
} from '../../models/training/language-batches.ts';
import { guessesMasked, type PassSize } from '../../models/training/language-loss.ts';
import { readStoredModel, readStoredTokenizer } from './stored-model.ts';

/** A plan with everything that it names at hand. The same plan and corpus give the same, in every process. */
export interface PreparedTraining {
  readonly plan: TrainingPlan;
  readonly config: ModelConfig;
  /** config.json of the model. */
  readonly configJson: Readonly<Record<string, unknown>>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly size: PassSize;
  readonly batches: LanguageBatches;
  /** Tokens of the two parts of the corpus. */
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
  /** Hash of tokens and weights that the run starts from: a changed corpus is another run. */
  readonly inputsHash: string;
  /** Tokenizer's files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Weights at step 0. */
  initial(seed: number): ModelFolder;
}

interface Start {
  readonly config: ModelConfig;
  readonly configJson: Readonly<Record<string, unknown>>;
  readonly tokenizer: TextTokenizer;
  /** Id that stands between two texts. */
  readonly boundary: number | null;
  readonly byPiece: boolean;
  readonly files: ReadonlyMap<string, Uint8Array>;
  initial(seed: number): ModelFolder;
}

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];

/**
 * Reads corpus and model, trains the tokenizer where the model starts from nothing, and cuts the text into tokens.
 * @throws UserError `corpus.empty`, `corpus.too-short`, `training.too-long`, `training.no-mask`, and as their readers
 */
export async function prepareTraining(
  project: Project,
  plan: TrainingPlan,
  resources: ResourceStore,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<PreparedTraining> {
  const documents = await readCorpus(plan.corpus, resources);
  const parts = holdOut(documents, plan.heldOut);
  const start = await startingPoint(project, plan, parts.training, signal, report);
  const { config, tokenizer, boundary, byPiece } = start;
  if (plan.sequence > config.positions) {
    throw new UserError(
      'training.too-long',
      `Sequences of ${plan.sequence} tokens are longer than the model takes (${config.positions}): make them shorter.`,
      { sequence: plan.sequence, limit: config.positions },
    );
  }
  report({ phase: 'tokens', done: 0, total: 2, unit: 'parts' });
  const training = encodeDocuments(parts.training, tokenizer, boundary, byPiece);
  signal.throwIfAborted();
  const heldOut = encodeDocuments(parts.heldOut, tokenizer, boundary, byPiece);
  report({ phase: 'tokens', done: 2, total: 2, unit: 'parts' });
  const masking = guessesMasked(config) ? maskingTokens(tokenizer, config) : null;
  const size: PassSize = {
    batch: plan.batch,
    sequence: plan.sequence,
    guessed: masking === null ? 0 : Math.max(1, Math.round(plan.masked * (plan.sequence - 2))),
  };
  const first = start.initial(plan.seeds[0]);
  const shapes = new Map([...first.parameters].map(([name, { shape }]) => [name, shape]));
  const bytes = [training, heldOut].map((row) => contentHash(new Uint8Array(row.buffer)));
  return {
    plan,
    config,
    configJson: start.configJson,
    shapes,
    size,
    batches: languageBatches(training, heldOut, size, masking),
    training,
    heldOut,
    inputsHash: contentHash({ bytes, first: weightsHash(first) }),
    files: start.files,
    initial: start.initial,
  };
}

function weightsHash({ parameters }: ModelFolder): string {
  return contentHash(
    [...parameters].map(([name, { values }]) => [
      name,
      contentHash(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    ]),
  );
}

async function startingPoint(
  project: Project,
  plan: TrainingPlan,
  documents: readonly CorpusDocument[],
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Start> {
  const { model } = plan;
  if ('folder' in model) return fromFolder(model.folder);
  if ('checkpoint' in model) return fromCheckpoint(project, model.checkpoint);
  return fromNothing(model, plan, documents, signal, report);
}

async function fromNothing(
  model: ScratchModel,
  plan: TrainingPlan,
  documents: readonly CorpusDocument[],
  signal: AbortSignal,
  report: ReportProgress,
): Promise<Start> {
  if (model.width % model.heads !== 0) {
    throw new UserError(
      'training.heads',
      `A width of ${model.width} cannot be shared among ${model.heads} heads: make it a multiple of them.`,
      { width: model.width, heads: model.heads },
    );
  }
  const specialTokens = SPECIAL_TOKENS[model.family];
  const options = { vocabularySize: model.vocabulary, specialTokens };
  const bpe = await trainBpe(
    documents.map(({ text }) => text),
    options,
    signal,
    report,
  );
  const files = tokenizerFiles(bpe, model.family);
  const config = scratchConfig(model, bpe.tokens.length, plan.sequence);
  const encoder = new TextEncoder();
  // GPT-2 ends a text with its one mark; BERT's [SEP] frames sequences and is put there by the batches.
  const boundary = model.family === 'gpt2' ? 0 : null;
  const opened = new Tokenizer(
    JSON.parse(files['tokenizer.json']),
    JSON.parse(files['tokenizer_config.json']),
  );
  return {
    config,
    configJson: configOf(initialiseModel(config, plan.seeds[0]), boundary),
    tokenizer: wrapTokenizer(opened, config.vocabularySize),
    boundary,
    byPiece: true,
    files: new Map(Object.entries(files).map(([name, text]) => [name, encoder.encode(text)])),
    initial: (seed) => initialiseModel(config, seed),
  };
}

async function fromFolder(folder: string): Promise<Start> {
  const model = await readModelFolder(folder);
  const { config } = model;
  const files = new Map<string, Uint8Array>();
  for (const name of TOKENIZER_FILES) {
    const path = join(folder, name);
    if (existsSync(path)) files.set(name, await readFile(path));
  }
  return {
    config,
    configJson: JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')),
    tokenizer: await openModelTokenizer(folder, config.vocabularySize),
    boundary: (await readSpecialTokens(folder, config.vocabularySize)).end[0] ?? null,
    byPiece: false,
    files,
    initial: () => model,
  };
}

function fromCheckpoint(project: Project, checkpointId: string): Start {
  const model = readStoredModel(project, checkpointId);
  const run = project.training.get(project.checkpoints.get(checkpointId).runId);
  const end = run.config.eos_token_id;
  return {
    config: model.config,
    configJson: run.config,
    tokenizer: readStoredTokenizer(project, run.id),
    boundary: typeof end === 'number' ? end : null,
    byPiece: false,
    files: new Map(
      project.training
        .files(run.id)
        .map((name) => [name, project.training.file(run.id, name) ?? new Uint8Array()]),
    ),
    initial: () => model,
  };
}

/** The marks of a masked model, found by what its tokenizer does with them. */
function maskingTokens(tokenizer: TextTokenizer, { vocabularySize }: ModelConfig): MaskingTokens {
  for (const word of ['[MASK]', '<mask>']) {
    const framed = tokenizer.encode(word, true);
    const bare = tokenizer.encode(word, false);
    if (bare.length !== 1 || framed.length !== 3) continue;
    const [mask] = bare;
    const [begin, , end] = framed;
    return {
      begin,
      end,
      mask,
      vocabularySize,
      firstText: Math.min(vocabularySize - 1, Math.max(begin, end, mask) + 1),
    };
  }
  throw new UserError(
    'training.no-mask',
    'The tokenizer has no mask token that stands between two marks, so this model cannot be trained to guess words.',
  );
}
