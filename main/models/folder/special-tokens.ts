import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openGguf } from '../../formats/gguf/gguf.ts';
import { parseJsonFile } from './parse-json-file.ts';
import { ggufFile } from './read-model.ts';

/** Marks that a model was trained with. */
export interface SpecialTokens {
  /** Begins every text; null for a model without such a mark. */
  readonly begin: number | null;
  /** Any of these ends a text. */
  readonly end: readonly number[];
}

const id = z.number().int().nonnegative();
const idsSchema = z.object({
  bos_token_id: id.nullish().catch(null),
  eos_token_id: z
    .union([id, z.array(id)])
    .nullish()
    .catch(null),
});

/**
 * Reads which ids begin and end a text: from generation_config.json and config.json of a folder, or from a GGUF file. Ids
 * that the vocabulary does not hold (left over from a larger model's settings) count as absent.
 */
export async function readSpecialTokens(path: string, vocabularySize: number): Promise<SpecialTokens> {
  const known = (token: number) => token < vocabularySize;
  const gguf = ggufFile(path);
  const sources = gguf === null ? await folderSources(path) : [await ggufSource(gguf)];
  const begin = sources.map((source) => source.bos_token_id).find((token) => token != null);
  const end = sources.map((source) => source.eos_token_id).find((tokens) => tokens != null) ?? [];
  return { begin: begin != null && known(begin) ? begin : null, end: [end].flat().filter(known) };
}

type Ids = z.infer<typeof idsSchema>;

async function folderSources(folder: string): Promise<Ids[]> {
  const sources: Ids[] = [];
  for (const name of ['generation_config.json', 'config.json']) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    const parsed = idsSchema.safeParse(parseJsonFile(name, await readFile(file, 'utf8')));
    if (parsed.success) sources.push(parsed.data);
  }
  return sources;
}

async function ggufSource(path: string): Promise<Ids> {
  const file = await openGguf(path);
  await file.close();
  const of = (key: string) => file.metadata.get(`tokenizer.ggml.${key}`);
  return idsSchema.parse({ bos_token_id: of('bos_token_id'), eos_token_id: of('eos_token_id') });
}
