import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../core/errors.ts';
import { readNpy } from '../formats/npy/npy.ts';
import { openModelTokenizer, readModel } from '../models/folder/read-model.ts';
import { certify, scaledDifference } from '../models/running/certify.ts';
import { type LanguageModel, openLanguageModel } from '../models/running/language-model.ts';
import { saveStates } from '../models/running/save-states.ts';
import type { DeviceChoice } from '../runtime/providers.ts';
import type { CommandDeps } from './command.ts';
import { registerInspect } from './model/inspect.ts';

const DEVICES: readonly DeviceChoice[] = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

interface RunOptions {
  readonly text?: string[];
  readonly ids?: string;
  readonly out: string;
  readonly layers: 'all' | number[];
  readonly heads?: boolean;
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

interface CertifyOptions {
  readonly reference: string;
  readonly tolerance: number;
  readonly out?: string;
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

/** `gyrus model run` and `gyrus model certify`: checkpoints of Hugging Face folders, layer by layer. */
export function register(program: Command, deps: CommandDeps): void {
  const model = program.command('model').description('run checkpoints and read their layers');
  registerInspect(model, deps);
  const device = () => new Option('--device <name>', 'where to compute').choices(DEVICES).default('auto');

  model
    .command('run')
    .description('write the states of every layer as .npy files')
    .argument('<folder>', 'Hugging Face folder (config.json, *.safetensors, tokenizer.json) or .gguf file')
    .option('--text <texts...>', 'texts to run')
    .option('--ids <file>', 'token ids instead of texts: .npy, one row a text')
    .requiredOption('--out <folder>', 'where the .npy files go')
    .option('--layers <list>', 'all, or numbers with commas (0: embeddings)', parseLayers, 'all')
    .option('--heads', 'attention maps of every head too')
    .addOption(device())
    .option('--json', 'print one JSON object')
    .action(async (folder: string, options: RunOptions) => {
      const opened = await open(folder, options.device, deps);
      try {
        const sequences = await sequencesOf(folder, opened, options);
        const count = opened.config.layers;
        const layers =
          options.layers === 'all' ? Array.from({ length: count + 1 }, (_, at) => at) : options.layers;
        const beyond = layers.find((layer) => layer > count);
        if (beyond !== undefined) {
          throw new UserError('model.layer', `${opened.name} has the layers 0 to ${count}, not ${beyond}.`, {
            model: opened.name,
            last: count,
            layer: beyond,
          });
        }
        const attention = options.heads ? Array.from({ length: count }, (_, at) => at) : [];
        const states = await opened.run(sequences, { hidden: layers, attention, logits: true });
        const files = await saveStates(options.out, opened.config, sequences, states);
        const summary = {
          model: opened.name,
          texts: sequences.length,
          tokens: sequences.map((ids) => ids.length),
          files,
        };
        deps.out(options.json ? `${JSON.stringify(summary)}\n` : `${files.length} files in ${options.out}\n`);
      } finally {
        await opened.release();
      }
    });

  model
    .command('certify')
    .description('compare every layer, head and logit with reference arrays')
    .argument('<folder>', 'Hugging Face folder or .gguf file')
    .requiredOption('--reference <folder>', 'ids.npy, hidden_NN.npy, attention_NN.npy, logits.npy')
    .option(
      '--tolerance <value>',
      'largest difference allowed, relative to the largest value where that is above 1',
      Number,
      1e-4,
    )
    .option('--out <file>', 'write the certificate there as JSON')
    .addOption(device().default('cpu'))
    .option('--json', 'print the certificate as one JSON object')
    .action(async (folder: string, options: CertifyOptions) => {
      const opened = await open(folder, options.device, deps);
      try {
        const certificate = await certify(opened, options.reference, options.tolerance);
        const text = JSON.stringify(certificate);
        if (options.out !== undefined) await writeFile(options.out, `${text}\n`);
        const lines = certificate.rows.map(
          (row) => `${row.name.padEnd(14)} ${row.largestDifference.toExponential(2)}\n`,
        );
        deps.out(options.json ? `${text}\n` : lines.join(''));
        if (!certificate.passes) {
          const worst = certificate.rows.toSorted((a, b) => scaledDifference(b) - scaledDifference(a))[0];
          throw new UserError(
            'certify.differs',
            `${opened.name} does not agree with the reference: ${worst.name} differs by up to ${scaledDifference(worst).toExponential(2)}, where ${options.tolerance} is allowed.`,
            {
              model: opened.name,
              array: worst.name,
              difference: scaledDifference(worst),
              tolerance: options.tolerance,
            },
          );
        }
      } finally {
        await opened.release();
      }
    });
}

function parseLayers(text: string): 'all' | number[] {
  if (text === 'all') return 'all';
  const layers = text.split(',').map(Number);
  if (layers.some((layer) => !Number.isInteger(layer) || layer < 0)) {
    throw new InvalidArgumentError('give "all" or layer numbers such as 0,4,12');
  }
  return layers;
}

async function open(folder: string, device: DeviceChoice, deps: CommandDeps): Promise<LanguageModel> {
  const model = await openLanguageModel(await readModel(folder), { device });
  if (model.notice !== null) deps.err(`${model.notice.message}\n`);
  return model;
}

async function sequencesOf(
  folder: string,
  model: LanguageModel,
  { text, ids }: RunOptions,
): Promise<number[][]> {
  if ((text === undefined) === (ids === undefined)) {
    throw new UserError('model.input', 'Give either --text or --ids, so that there is something to run.');
  }
  if (text !== undefined) {
    const tokenizer = await openModelTokenizer(folder, model.config.vocabularySize);
    return text.map((one) => tokenizer.encode(one, true));
  }
  const { shape, data } = await readNpy(ids ?? '');
  const width = shape.at(-1) ?? 0;
  const rows = shape.length < 2 ? 1 : shape[0];
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), Number),
  );
}
