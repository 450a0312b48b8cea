import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import { openSafetensors, type SafetensorsFile } from '../../formats/safetensors/safetensors.ts';

import { parseJsonFile } from './parse-json-file.ts';

const INDEX = 'model.safetensors.index.json';
const SINGLE = 'model.safetensors';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The weights of a model folder, whichever files they lie in. */
export interface WeightFiles {
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Values as float32. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens model.safetensors, or the shards that model.safetensors.index.json names.
 * @throws UserError `model.no-weights`, `model.missing-shard`, `model.shard-path`, and as `openSafetensors`
 */
export async function openWeightFiles(folder: string): Promise<WeightFiles> {
  const names = existsSync(join(folder, INDEX)) ? await shardNames(folder) : [SINGLE];
  if (!existsSync(join(folder, names[0]))) throw missing(folder, names);
  const files: SafetensorsFile[] = [];
  const owner = new Map<string, SafetensorsFile>();
  const shapes = new Map<string, readonly number[]>();
  const close = async () => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    for (const name of names) {
      if (!existsSync(join(folder, name))) throw missing(folder, names, name);
      const file = await openSafetensors(join(folder, name));
      files.push(file);
      for (const info of file.tensors.values()) {
        owner.set(info.name, file);
        shapes.set(info.name, info.shape);
      }
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    shapes,
    close,
    async read(name) {
      const file = owner.get(name);
      if (file === undefined) throw new Error(`no tensor ${name}`);
      return file.float32(name);
    },
  };
}

function missing(folder: string, names: readonly string[], shard?: string): UserError {
  const name = basename(folder);
  if (shard !== undefined || names.length > 1) {
    const file = shard ?? names[0];
    return new UserError(
      'model.missing-shard',
      `The weight file ${file} of ${name} is missing. Copy the whole model folder again.`,
      {
        file,
        folder: name,
      },
    );
  }
  return new UserError(
    'model.no-weights',
    `${name} holds no model.safetensors. Choose the folder of a model in safetensors format (config.json beside it).`,
    { folder: name },
  );
}

async function shardNames(folder: string): Promise<string[]> {
  const parsed = indexSchema.safeParse(parseJsonFile(INDEX, await readFile(join(folder, INDEX), 'utf8')));
  if (!parsed.success) throw new UserError('model.config', `${INDEX} is malformed.`, { where: 'weight_map' });
  const names = [...new Set(Object.values(parsed.data.weight_map))].sort();
  for (const name of names) {
    if (name !== basename(name) || name === '..' || name.includes('\\')) {
      throw new UserError(
        'model.shard-path',
        `${INDEX} names the file ${name}, which is outside the model's folder.`,
        { name },
      );
    }
  }
  if (names.length === 0)
    throw new UserError('model.config', `${INDEX} names no files.`, { where: 'weight_map' });
  return names;
}
