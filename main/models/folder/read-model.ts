import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openGgufTokenizer } from '../tokenizers/gguf-tokenizer.ts';
import { openHuggingFaceTokenizer, type TextTokenizer } from '../tokenizers/hugging-face.ts';
import { readGgufModel, readGgufShapes } from './gguf-model.ts';
import { readFolderShapes, readModelFolder } from './model-folder.ts';
import type { ModelFolder, ModelShapes } from './model-weights.ts';

/** The GGUF file that a path means: the file itself, or the only one in a folder without config.json. */
export function ggufFile(path: string): string | null {
  if (path.endsWith('.gguf')) return path;
  if (!existsSync(path) || !statSync(path).isDirectory() || existsSync(join(path, 'config.json')))
    return null;
  const files = readdirSync(path).filter((name) => name.endsWith('.gguf'));
  return files.length === 1 ? join(path, files[0]) : null;
}

/** Reads a Hugging Face folder or a GGUF file. @throws UserError as `readModelFolder` and `readGgufModel` */
export async function readModel(path: string): Promise<ModelFolder> {
  const gguf = ggufFile(path);
  return gguf === null ? readModelFolder(path) : readGgufModel(gguf);
}

/** What a model is made of, without reading its values. @throws UserError as `readModel` */
export async function readModelShapes(path: string): Promise<ModelShapes> {
  const gguf = ggufFile(path);
  return gguf === null ? readFolderShapes(path) : readGgufShapes(gguf);
}

/** The tokenizer that came with a model. @throws UserError as the two openers */
export async function openModelTokenizer(path: string, vocabularySize: number): Promise<TextTokenizer> {
  const gguf = ggufFile(path);
  return gguf === null
    ? openHuggingFaceTokenizer(path, vocabularySize)
    : openGgufTokenizer(gguf, vocabularySize);
}
