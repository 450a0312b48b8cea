import type { ItemText } from '../../contract/item-sets.ts';
import type { Project } from '../../data/project.ts';
import type { ModelFolder } from '../../models/folder/model-weights.ts';
import { openModelTokenizer, readModel } from '../../models/folder/read-model.ts';
import { type LanguageModel, openLanguageModel } from '../../models/running/language-model.ts';
import type { TextTokenizer } from '../../models/tokenizers/hugging-face.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import { readStoredModel, readStoredTokenizer } from '../training/stored-model.ts';
import type { EmbedOptions, TextEmbeddings } from './embed-texts.ts';

/** Tokens a pass at most, where the model takes more: a story is cut into passes that overlap by the look-back. */
const LONGEST = 256;

/** Words of one pass: their tokens, and the first word whose states are kept (those before it are context). */
interface Pass {
  readonly first: number;
  readonly keepFrom: number;
  readonly tokens: readonly (readonly number[])[];
}

/** Cuts a text into passes of at most `limit` tokens, each but the first beginning with `lookBack` words of context. */
export function passesOf(tokens: readonly (readonly number[])[], limit: number, lookBack: number): Pass[] {
  const passes: Pass[] = [];
  let keepFrom = 0;
  while (keepFrom < tokens.length) {
    let first = keepFrom;
    let count = 0;
    while (first > 0 && keepFrom - first < lookBack && count + tokens[first - 1].length <= limit / 2) {
      first--;
      count += tokens[first].length;
    }
    let end = keepFrom;
    while (end < tokens.length && (end === keepFrom || count + tokens[end].length <= limit)) {
      count += tokens[end].length;
      end++;
    }
    passes.push({ first, keepFrom, tokens: tokens.slice(first, end) });
    keepFrom = end;
  }
  return passes;
}

/**
 * States of every layer of a Hugging Face folder or GGUF file for every word: mean over the word's sub-tokens as it
 * stands in its text. Texts never share a pass.
 * @throws UserError as `readModel`, `openModelTokenizer` and `openLanguageModel`
 */
export async function embedFolder(
  path: string,
  texts: readonly ItemText[],
  options: EmbedOptions,
): Promise<TextEmbeddings> {
  const folder = await readModel(path);
  return embedModelFolder(
    folder,
    await openModelTokenizer(path, folder.config.vocabularySize),
    texts,
    options,
  );
}

/**
 * The same of a checkpoint of the project.
 * @throws UserError as `readStoredModel`, `readStoredTokenizer` and `openLanguageModel`
 */
export async function embedCheckpoint(
  project: Project,
  checkpointId: string,
  texts: readonly ItemText[],
  options: EmbedOptions,
): Promise<TextEmbeddings> {
  const { runId } = project.checkpoints.get(checkpointId);
  return embedModelFolder(
    readStoredModel(project, checkpointId),
    readStoredTokenizer(project, runId),
    texts,
    options,
  );
}

async function embedModelFolder(
  folder: ModelFolder,
  tokenizer: TextTokenizer,
  texts: readonly ItemText[],
  { lookBackWords, signal, report }: EmbedOptions,
): Promise<TextEmbeddings> {
  const model = await openLanguageModel(folder);
  try {
    const { layers: count, width } = model.config;
    const total = texts.reduce((sum, { words }) => sum + words.length, 0);
    const layers = Array.from({ length: count + 1 }, () => zeros(total, width));
    const known = new Uint8Array(total);
    const marks = tokenizer.encode('', true);
    const limit = Math.min(LONGEST, model.config.positions) - marks.length;
    let start = 0;
    for (const { words } of texts) {
      const tokens = words.map(({ text }, at) => wordTokens(tokenizer, text, at).slice(0, limit));
      for (const pass of passesOf(tokens, limit, lookBackWords)) {
        signal.throwIfAborted();
        await runPass(model, pass, marks, layers, known, start);
      }
      start += words.length;
      report({ phase: `embeddings ${folder.name}`, done: start, total, unit: 'words' });
    }
    return { layers: layers.map((values, layer) => ({ name: `layer ${layer}`, values })), known };
  } finally {
    await model.release();
  }
}

/** Words but the first follow a space, unless they are Chinese or punctuation. */
function wordTokens(tokenizer: TextTokenizer, text: string, at: number): number[] {
  const spaced = at > 0 && /^[\p{Script=Latin}\p{N}]/u.test(text);
  return tokenizer.encode(spaced ? ` ${text}` : text, false);
}

async function runPass(
  model: LanguageModel,
  { first, keepFrom, tokens }: Pass,
  marks: readonly number[],
  layers: readonly Matrix[],
  known: Uint8Array,
  start: number,
): Promise<void> {
  const before = marks.slice(0, 1);
  const ids = [...before, ...tokens.flat(), ...marks.slice(1)];
  if (ids.length === 0) return;
  const request = { hidden: layers.map((_, layer) => layer), attention: [], logits: false };
  const { hidden } = await model.run([ids], request);
  let position = before.length;
  tokens.forEach((own, at) => {
    const word = first + at;
    if (word >= keepFrom && own.length > 0) {
      known[start + word] = 1;
      layers.forEach(({ cols, data }, layer) => {
        const states = hidden.get(layer) ?? new Float32Array();
        for (let token = 0; token < own.length; token++) {
          for (let col = 0; col < cols; col++)
            data[(start + word) * cols + col] += states[(position + token) * cols + col] / own.length;
        }
      });
    }
    position += own.length;
  });
}
