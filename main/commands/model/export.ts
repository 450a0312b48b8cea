import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import { companionsOf, exportFolder, exportOnnx } from '../../models/export/export-model.ts';
import { readModel } from '../../models/folder/read-model.ts';
import type { CommandDeps } from '../command.ts';

interface ExportOptions {
  readonly out?: string;
  readonly onnx?: string;
  readonly json?: boolean;
}

/** `gyrus model export FOLDER (--out DIR | --onnx FILE)`: for other programs. */
export function registerExport(model: Command, deps: CommandDeps): void {
  model
    .command('export')
    .description('write a model for other programs: safetensors folder (transformers), or plain ONNX')
    .argument('<folder>', 'Hugging Face folder or .gguf file')
    .option('--out <folder>', 'new Hugging Face folder: model.safetensors, config.json, tokenizer')
    .option('--onnx <file>', 'new ONNX file that gives every layer, head and the logits')
    .option('--json', 'print one JSON object')
    .action(async (folder: string, options: ExportOptions) => {
      const { out, onnx } = options;
      if (out === undefined && onnx === undefined)
        throw new UserError('export.target', 'Give --out for a folder or --onnx for an ONNX file.');
      const weights = await readModel(folder);
      const written: string[] = [];
      if (out !== undefined) {
        const files = await exportFolder(out, weights, await companionsOf(folder, weights));
        written.push(...files.map((file) => `${out}/${file}`));
      }
      if (onnx !== undefined) written.push(...(await exportOnnx(onnx, weights)));
      deps.out(
        options.json
          ? `${JSON.stringify({ model: weights.name, files: written })}\n`
          : written.map((file) => `${file}\n`).join(''),
      );
    });
}
