import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import { readModel } from '../../models/folder/read-model.ts';
import { certify, scaledDifference } from '../../models/running/certify.ts';
import { openLanguageModel } from '../../models/running/language-model.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { CommandDeps } from '../command.ts';
import { chosenDevice, deviceOption, using } from './model-input.ts';

interface CertifyOptions {
  readonly reference: string;
  readonly tolerance: number;
  readonly out?: string;
  readonly device: DeviceChoice;
  readonly json?: boolean;
}

/** `gyrus model certify FOLDER --reference DIR`: every layer, head and logit against reference arrays. */
export function registerCertify(model: Command, deps: CommandDeps): void {
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
    .addOption(deviceOption('cpu'))
    .option('--json', 'print the certificate as one JSON object')
    .action(async (folder: string, options: CertifyOptions) => {
      const device = await chosenDevice(options.device, deps);
      const opened = await openLanguageModel(await readModel(folder), { device });
      await using(opened, deps, async () => {
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
      });
    });
}
