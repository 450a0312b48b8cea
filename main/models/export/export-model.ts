import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { writeSafetensors } from '../../formats/safetensors/write-safetensors.ts';
import { writeOnnxFile } from '../../graph/onnx/write-onnx-file.ts';
import { fullParameterName } from '../folder/model-folder.ts';
import type { ModelFolder } from '../folder/model-weights.ts';
import { ggufFile } from '../folder/read-model.ts';
import { readSpecialTokens } from '../folder/special-tokens.ts';
import { buildModelGraph } from '../running/model-graph.ts';
import { readGgufTokenizer } from '../tokenizers/gguf-tokenizer.ts';
import { huggingFaceConfig } from './hugging-face-config.ts';

/** Files of a model folder that say how text becomes ids and back, and how the model likes to be used. */
const COMPANIONS = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
  'tokenizer.model',
  'generation_config.json',
];

/** What stands beside the weights in an exported folder: names and contents of JSON files, and files copied as they are. */
export interface FolderCompanions {
  readonly json: Readonly<Record<string, unknown>>;
  readonly copies: readonly string[];
}

/**
 * Writes a model as a Hugging Face folder that Python's transformers opens: model.safetensors (float32), and the companions,
 * of which config.json must be one. The folder appears whole or not at all; the same model gives the same bytes.
 * @throws UserError `export.exists`
 */
export async function exportFolder(
  target: string,
  { config, parameters }: Pick<ModelFolder, 'config' | 'parameters'>,
  companions: FolderCompanions,
): Promise<string[]> {
  refuseExisting(target);
  const parent = dirname(resolve(target));
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, `.${basename(target)}-`));
  try {
    const tensors = new Map(
      [...parameters].map(([short, value]) => [fullParameterName(config.family, short), value]),
    );
    await writeSafetensors(join(unfinished, 'model.safetensors'), tensors);
    for (const [name, content] of Object.entries(companions.json))
      await writeFile(join(unfinished, name), `${JSON.stringify(content, null, 2)}\n`);
    for (const path of companions.copies) await copyFile(path, join(unfinished, basename(path)));
    await rename(unfinished, target);
  } catch (thrown) {
    await rm(unfinished, { recursive: true, force: true });
    throw thrown;
  }
  return [
    'model.safetensors',
    ...Object.keys(companions.json),
    ...companions.copies.map((path) => basename(path)),
  ];
}

/**
 * What came with a model: config.json as it was (its element type now float32) or made for a GGUF file, the tokenizer's files.
 * @param source folder or GGUF file that `model` was read from
 */
export async function companionsOf(source: string, model: ModelFolder): Promise<FolderCompanions> {
  const gguf = ggufFile(source);
  if (gguf === null) {
    const config: Record<string, unknown> = JSON.parse(await readFile(join(source, 'config.json'), 'utf8'));
    if ('dtype' in config) config.dtype = 'float32';
    config.torch_dtype = 'float32';
    const copies = COMPANIONS.map((name) => join(source, name)).filter((path) => existsSync(path));
    return { json: { 'config.json': config }, copies };
  }
  const tokens = await readSpecialTokens(source, model.config.vocabularySize);
  const json = { 'config.json': huggingFaceConfig(model, tokens) };
  try {
    return { json: { ...json, 'tokenizer.json': await readGgufTokenizer(gguf) }, copies: [] };
  } catch (thrown) {
    // A tokenizer that is not supported does not keep the weights from being exported.
    if (thrown instanceof UserError && thrown.code === 'tokenizer.unsupported') return { json, copies: [] };
    throw thrown;
  }
}

/**
 * Writes a model as a plain ONNX file that gives every layer's hidden states, every head's attention and the logits.
 * @returns paths of the files written (weights beyond 1.5 GB lie beside the file)
 * @throws UserError `export.exists`
 */
export async function exportOnnx(path: string, model: ModelFolder): Promise<string[]> {
  refuseExisting(path);
  await mkdir(dirname(resolve(path)), { recursive: true });
  return writeOnnxFile(path, buildModelGraph(model));
}

function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw new UserError(
    'export.exists',
    `${basename(path)} is already there and is not overwritten. Give another name, or remove it first.`,
    { name: basename(path) },
  );
}
