import { type Command, Option } from 'commander';
import { UserError } from '../../core/errors.ts';
import { readModel, readModelShapes } from '../../models/folder/read-model.ts';
import { readSpecialTokens } from '../../models/folder/special-tokens.ts';
import { requireMemory, weightBytes } from '../../models/running/memory.ts';
import { openTextScorer } from '../../models/scoring/text-scorer.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { CommandDeps } from '../command.ts';
import { chosenDevice, deviceOption, idsOf, type TextInput, using } from './model-input.ts';
import { showProgress } from './show-progress.ts';

interface ScoreOptions extends TextInput {
  readonly bos: 'auto' | 'always' | 'never';
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

/** `gyrus model score FOLDER (--text | --lines | --ids)`: exact log-probability of each text, in nats. */
export function registerScore(model: Command, deps: CommandDeps): void {
  model
    .command('score')
    .description('log-probability of texts under a causal model, in nats, token by token')
    .argument('<folder>', 'Hugging Face folder or .gguf file')
    .option('--text <texts...>', 'texts to score')
    .option('--lines <file>', 'texts to score, one a line')
    .option('--ids <file>', 'token ids instead of texts: .npy, one row a text')
    .addOption(
      new Option(
        '--bos <use>',
        'begin-of-text mark before each text, without which its first token is not scored',
      )
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(async (folder: string, options: ScoreOptions) => {
      const shapes = await readModelShapes(folder);
      requireMemory(shapes.name, weightBytes(shapes));
      const weights = await readModel(folder);
      const size = weights.config.vocabularySize;
      const texts = await idsOf(folder, size, options, false);
      const begin = options.bos === 'never' ? null : (await readSpecialTokens(folder, size)).begin;
      if (begin === null && options.bos === 'always') {
        throw new UserError(
          'model.no-begin',
          `${weights.name} names no begin-of-text mark within its vocabulary. Score with --bos never: first tokens are then given, not scored.`,
          { model: weights.name },
        );
      }
      const device = await chosenDevice(options.device, deps);
      await using(await openTextScorer(weights, { device }), deps, async (scorer) => {
        const scores = await showProgress(deps, (report) =>
          scorer.score(texts, { begin, signal: deps.signal, report }),
        );
        if (options.json) {
          const rows = scores.map((score, at) => ({ ids: texts[at], ...score }));
          deps.out(`${JSON.stringify({ model: weights.name, unit: 'nats', begin, texts: rows })}\n`);
          return;
        }
        deps.err(
          begin === null
            ? 'No begin-of-text mark: the first token of each text is given, not scored.\n'
            : `Each text follows the begin-of-text mark (id ${begin}); every token is scored.\n`,
        );
        deps.out('ln P\ttokens\tperplexity\n');
        for (const { total, logProbabilities, perplexity } of scores)
          deps.out(`${total.toFixed(4)}\t${logProbabilities.length}\t${perplexity?.toFixed(2) ?? ''}\n`);
      });
    });
}
