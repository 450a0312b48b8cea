import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../core/errors.ts';
import { saveStates } from '../../models/running/save-states.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { CommandDeps } from '../command.ts';
import { deviceOption, idsOf, openModel, type TextInput } from './model-input.ts';

interface RunOptions extends TextInput {
  readonly out: string;
  readonly layers: 'all' | number[];
  readonly heads?: boolean;
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

/** `gyrus model run FOLDER (--text | --ids) --out DIR`: states of every layer and head as .npy files. */
export function registerRun(model: Command, deps: CommandDeps): void {
  model
    .command('run')
    .description('write the states of every layer as .npy files')
    .argument('<folder>', 'Hugging Face folder (config.json, *.safetensors, tokenizer.json) or .gguf file')
    .option('--text <texts...>', 'texts to run')
    .option('--lines <file>', 'texts to run, one a line')
    .option('--ids <file>', 'token ids instead of texts: .npy, one row a text')
    .requiredOption('--out <folder>', 'where the .npy files go')
    .option('--layers <list>', 'all, or numbers with commas (0: embeddings)', parseLayers, 'all')
    .option('--heads', 'attention maps of every head too')
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(async (folder: string, options: RunOptions) => {
      const opened = await openModel(folder, options.device, deps);
      try {
        const sequences = await idsOf(folder, opened.config.vocabularySize, options, true);
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
}

function parseLayers(text: string): 'all' | number[] {
  if (text === 'all') return 'all';
  const layers = text.split(',').map(Number);
  if (layers.some((layer) => !Number.isInteger(layer) || layer < 0)) {
    throw new InvalidArgumentError('give "all" or layer numbers such as 0,4,12');
  }
  return layers;
}
