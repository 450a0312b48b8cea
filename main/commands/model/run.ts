import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { ModelShapes } from '../../models/folder/model-weights.ts';
import { readModel, readModelShapes } from '../../models/folder/read-model.ts';
import { checkSequences } from '../../models/running/check-sequences.ts';
import { type ModelRequest, openLanguageModel } from '../../models/running/language-model.ts';
import { requireMemory, stateBytes, weightBytes } from '../../models/running/memory.ts';
import { runBatched } from '../../models/running/run-batched.ts';
import { saveStates } from '../../models/running/save-states.ts';
import { type PlacementSummary, summarisePlacement } from '../../runtime/node-placement.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { CommandDeps } from '../command.ts';
import { chosenDevice, deviceOption, idsOf, type TextInput, using } from './model-input.ts';
import { showProgress } from './show-progress.ts';

interface RunOptions extends TextInput {
  readonly out: string;
  readonly layers: 'all' | number[];
  readonly heads?: boolean;
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

/** `gyrus model run FOLDER (--text | --lines | --ids) --out DIR`: states of every layer and head as .npy files. */
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
      const shapes = await readModelShapes(folder);
      const sequences = await idsOf(folder, shapes.config.vocabularySize, options, true);
      const request = requestOf(shapes, options);
      checkSequences(sequences, shapes);
      const lengths = sequences.map((ids) => ids.length);
      requireMemory(shapes.name, weightBytes(shapes) + stateBytes(shapes, lengths, request));
      const device = await chosenDevice(options.device, deps);
      const opened = await openLanguageModel(await readModel(folder), { device, trace: device !== 'cpu' });
      await using(opened, deps, async () => {
        const states = await showProgress(deps, (report) =>
          runBatched(opened, sequences, request, { signal: deps.signal, report }),
        );
        const files = await saveStates(options.out, opened.config, sequences, states);
        const nodes = await opened.placement();
        const placement = summarisePlacement(opened.device, nodes);
        if (options.json) {
          const summary = { model: opened.name, texts: sequences.length, tokens: lengths, files };
          const shared = opened.device === 'cpu' ? {} : { placement: { ...placement, nodes } };
          deps.out(`${JSON.stringify({ ...summary, device: opened.device, ...shared })}\n`);
          return;
        }
        if (opened.device !== 'cpu') deps.err(`${describePlacement(placement)}\n`);
        deps.out(`${files.length} files in ${options.out}\n`);
      });
    });
}

function requestOf({ name, config }: ModelShapes, { layers, heads }: RunOptions): ModelRequest {
  const count = config.layers;
  const hidden = layers === 'all' ? Array.from({ length: count + 1 }, (_, at) => at) : layers;
  const beyond = hidden.find((layer) => layer > count);
  if (beyond !== undefined) {
    throw new UserError('model.layer', `${name} has the layers 0 to ${count}, not ${beyond}.`, {
      model: name,
      last: count,
      layer: beyond,
    });
  }
  const attention = heads ? Array.from({ length: count }, (_, at) => at) : [];
  return { hidden, attention, logits: true };
}

function describePlacement({ device, onDevice, onProcessor, fellBack }: PlacementSummary): string {
  const operators = Object.entries(fellBack).map(([op, nodes]) => `${op} ${nodes}`);
  const rest = onProcessor === 0 ? '' : `, the processor ${onProcessor} (${operators.join(', ')})`;
  return `${device} computed ${onDevice} nodes${rest}.`;
}

function parseLayers(text: string): 'all' | number[] {
  if (text === 'all') return 'all';
  const layers = text.split(',').map(Number);
  if (layers.some((layer) => !Number.isInteger(layer) || layer < 0)) {
    throw new InvalidArgumentError('give "all" or layer numbers such as 0,4,12');
  }
  return layers;
}
