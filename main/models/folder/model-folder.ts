import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type ModelFamily, parseModelConfig } from './model-config.ts';
import { checkShapes, type ModelFolder, type ModelShapes, type Parameter } from './model-weights.ts';
import { parseJsonFile } from './parse-json-file.ts';
import { openWeightFiles, type WeightFiles } from './weight-files.ts';

/** What Hugging Face puts before the names of a family's parameters. */
const PREFIX: Readonly<Record<ModelFamily, string>> = {
  gpt2: 'transformer.',
  'gpt-neox': 'gpt_neox.',
  llama: 'model.',
  bert: 'bert.',
  roberta: 'roberta.',
};

/** Heads over the vocabulary stand beside the family's trunk and carry no prefix. */
const HEADS = /^(lm_head|embed_out|cls)\./;

/** A parameter's name as Hugging Face files have it. */
export function fullParameterName(family: ModelFamily, short: string): string {
  return HEADS.test(short) ? short : PREFIX[family] + short;
}

/** Buffers that files carry along but that are no parameters: causal masks, frequencies, position numbers. */
const BUFFERS =
  /(^|\.)(attn\.bias|attn\.masked_bias|attention\.bias|attention\.masked_bias|inv_freq|position_ids|token_type_ids)$/;

/**
 * Reads a Hugging Face folder: config.json and *.safetensors (sharded or not; float32, float16, bfloat16).
 * @throws UserError `model.no-config`, `model.config`, `model.unsupported`, `model.missing-parameter`, `model.shape`, and
 *   as `openWeightFiles`
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  return withWeights(folder, async ({ name, config, shapes }, files, fullNames) => {
    const parameters = new Map<string, Parameter>();
    for (const [short, shape] of shapes) {
      parameters.set(short, { shape, values: await files.read(fullNames.get(short) ?? short) });
    }
    return { name, config, parameters };
  });
}

/** The same without reading values. @throws UserError as `readModelFolder` */
export async function readFolderShapes(folder: string): Promise<ModelShapes> {
  return withWeights(folder, async (model) => model);
}

async function withWeights<T>(
  folder: string,
  use: (model: ModelShapes, files: WeightFiles, fullNames: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const name = basename(folder);
  const configFile = join(folder, 'config.json');
  if (!existsSync(configFile)) {
    throw new UserError(
      'model.no-config',
      `${name} holds no config.json. Choose the folder of a Hugging Face model.`,
      { folder: name },
    );
  }
  const config = parseModelConfig(parseJsonFile('config.json', await readFile(configFile, 'utf8')));
  const files = await openWeightFiles(folder);
  try {
    const names = parameterNames(files, config.family);
    const shapes = new Map([...names].map(([short, full]) => [short, files.shapes.get(full) ?? []]));
    checkShapes(name, config, shapes);
    return await use({ name, format: 'hugging-face', config, shapes }, files, names);
  } finally {
    await files.close();
  }
}

/** Name without prefix → name in the files. */
function parameterNames(files: WeightFiles, family: ModelFamily): Map<string, string> {
  const prefix = PREFIX[family];
  const names = new Map<string, string>();
  for (const full of files.shapes.keys()) {
    const short = full.startsWith(prefix) ? full.slice(prefix.length) : full;
    if (!BUFFERS.test(short)) names.set(short, full);
  }
  return names;
}
