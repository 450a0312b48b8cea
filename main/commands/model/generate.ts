import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../core/errors.ts';
import { openModelTokenizer, readModel, readModelShapes } from '../../models/folder/read-model.ts';
import { readSpecialTokens } from '../../models/folder/special-tokens.ts';
import { openCausalReader } from '../../models/generation/causal-reader.ts';
import { generate } from '../../models/generation/generate.ts';
import type { Strategy } from '../../models/generation/generation-options.ts';
import { noRepeatNgram } from '../../models/generation/token-scores.ts';
import { requireMemory, weightBytes } from '../../models/running/memory.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { CommandDeps } from '../command.ts';
import { chosenDevice, deviceOption, idsOf, type TextInput, using, wholeFrom } from './model-input.ts';
import { showProgress } from './show-progress.ts';

interface GenerateOptions extends TextInput {
  readonly newTokens: number;
  readonly beams?: number;
  readonly lengthPenalty?: number;
  readonly sample?: boolean;
  readonly temperature?: number;
  readonly topK?: number;
  readonly nucleus?: number;
  readonly seed: number;
  readonly noRepeat?: number;
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

/** `gyrus model generate FOLDER (--text | --lines | --ids)`: continues texts. */
export function registerGenerate(model: Command, deps: CommandDeps): void {
  model
    .command('generate')
    .description('continue texts: greedily, by beam search, or drawn with a seed')
    .argument('<folder>', 'Hugging Face folder or .gguf file of a causal model')
    .option('--text <texts...>', 'texts to continue')
    .option('--lines <file>', 'texts to continue, one a line')
    .option('--ids <file>', 'token ids instead of texts: .npy, one row a text; ids are printed')
    .option('--new-tokens <count>', 'longest continuation, in tokens', wholeFrom(1), 40)
    .option('--beams <count>', 'beam search with so many beams', wholeFrom(1))
    .option(
      '--length-penalty <power>',
      'beams are compared by ln P ÷ length to this power (default 1)',
      Number,
    )
    .option('--sample', 'draw tokens instead of taking the likeliest')
    .option('--temperature <value>', 'flatter above 1, sharper below', above(0, Number.POSITIVE_INFINITY))
    .option('--top-k <count>', 'draw from the likeliest so many tokens', wholeFrom(1))
    .option('--nucleus <mass>', 'draw from the likeliest tokens that reach this probability', above(0, 1))
    .option('--seed <number>', 'seed of the draws', wholeFrom(0), 1)
    .option('--no-repeat <size>', 'never repeat a run of so many tokens', wholeFrom(1))
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(async (folder: string, options: GenerateOptions) => {
      const strategy = strategyOf(options);
      const shapes = await readModelShapes(folder);
      requireMemory(shapes.name, weightBytes(shapes));
      const weights = await readModel(folder);
      const size = weights.config.vocabularySize;
      const texts = await idsOf(folder, size, options, true);
      const tokenizer = options.ids === undefined ? await openModelTokenizer(folder, size) : null;
      const { end } = await readSpecialTokens(folder, size);
      const device = await chosenDevice(options.device, deps);
      await using(await openCausalReader(weights, { device }), deps, async (reader) => {
        const results = await showProgress(deps, (report) =>
          generate(reader, texts, {
            strategy,
            newTokens: options.newTokens,
            stopIds: end,
            filters: options.noRepeat === undefined ? [] : [noRepeatNgram(options.noRepeat)],
            signal: deps.signal,
            report,
          }),
        );
        const rows = results.map((result, at) => ({
          prompt: texts[at],
          ...result,
          ...(tokenizer === null ? {} : { text: tokenizer.decode(result.ids) }),
        }));
        if (options.json) deps.out(`${JSON.stringify({ model: weights.name, strategy, texts: rows })}\n`);
        else for (const row of rows) deps.out(`${row.text ?? row.ids.join(' ')}\n`);
      });
    });
}

function strategyOf(options: GenerateOptions): Strategy {
  const { beams, sample, temperature, topK, nucleus, seed, lengthPenalty } = options;
  if (beams !== undefined && sample)
    throw new UserError('model.strategy', 'Give either --beams or --sample, not both.');
  if (!sample && (temperature ?? topK ?? nucleus) !== undefined) {
    throw new UserError(
      'model.strategy-sample',
      '--temperature, --top-k and --nucleus shape what is drawn: give --sample with them.',
    );
  }
  if (beams !== undefined) return { kind: 'beam', beams, lengthPenalty: lengthPenalty ?? 1 };
  if (!sample) return { kind: 'greedy' };
  return {
    kind: 'sample',
    seed,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topK === undefined ? {} : { topK }),
    ...(nucleus === undefined ? {} : { nucleus }),
  };
}

function above(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value > least && value <= most))
      throw new InvalidArgumentError(`give a number above ${least}${most < 2 ? ` and up to ${most}` : ''}`);
    return value;
  };
}
