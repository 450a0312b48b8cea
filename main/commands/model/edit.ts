import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import { cutModel, exposeValues, insertMasks } from '../../graph/edit/edit-model.ts';
import { listTaps, type TapList } from '../../graph/edit/list-taps.ts';
import { decodeModel } from '../../graph/onnx/decode.ts';
import { readOnnxFile, tensorsOf } from '../../graph/onnx/external-data.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { writeOnnxFile } from '../../graph/onnx/write-onnx-file.ts';
import { operators } from '../../graph/ops/registry.ts';
import type { CommandDeps } from '../command.ts';

interface EditOptions {
  readonly out: string;
  readonly layers?: boolean;
  readonly heads?: boolean;
  readonly maskHeads?: boolean;
  readonly expose?: readonly string[];
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly json?: boolean;
}

/** `gyrus model edit FILE.onnx --out NEW.onnx`: exposes layers and heads, adds head masks, cuts. */
export function registerEdit(model: Command, deps: CommandDeps): void {
  model
    .command('edit')
    .description('write a copy of an ONNX file that gives inner values, takes head masks, or is a part of it')
    .argument('<file>', '.onnx file')
    .requiredOption('--out <file>', 'the new file')
    .option('--layers', 'give the hidden states of every layer (hidden_NN)')
    .option('--heads', 'give attention and per-head outputs of every layer (attention_NN, context_NN)')
    .option('--mask-heads', 'take a mask for the heads of each layer (head_mask_NN, 1 × heads × 1 × 1)')
    .option('--expose <values...>', 'give these values')
    .option('--from <values...>', 'cut: begin at these values, which become inputs')
    .option('--to <values...>', 'cut: end at these values, which become the only outputs')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: EditOptions) => {
      if (existsSync(options.out)) {
        const name = basename(options.out);
        throw new UserError(
          'export.exists',
          `${name} is already there and is not overwritten. Give another name, or remove it first.`,
          { name },
        );
      }
      const edited = edit(await readOnnxFile(file), options);
      const beside = [...tensorsOf(decodeModel(await readFile(file)).graph)].some(
        ({ dataLocation }) => dataLocation === 1,
      );
      const files = await writeOnnxFile(options.out, edited, beside ? 'beside' : 'as-needed');
      const inputs = edited.graph.inputs.map(({ name }) => name);
      const outputs = edited.graph.outputs.map(({ name }) => name);
      deps.out(
        options.json
          ? `${JSON.stringify({ files, inputs, outputs })}\n`
          : `${files.join(', ')}: takes ${inputs.join(', ')}; gives ${outputs.join(', ')}\n`,
      );
    });
}

function edit(model: OnnxModel, options: EditOptions): OnnxModel {
  const taps = listTaps(model, operators);
  requireFound(taps, options);
  const numbered = (name: string, layer: number) => `${name}_${String(layer).padStart(2, '0')}`;
  const masks = (options.maskHeads ? taps.attention : []).map(({ context }, layer) => ({
    value: context,
    mask: numbered('head_mask', layer),
    dims: [1, taps.heads[layer] ?? 1, 1, 1],
  }));
  const exposures = [
    ...(options.layers ? taps.hidden : []).map((value, at) => ({ value, name: numbered('hidden', at) })),
    ...(options.heads ? taps.attention : []).flatMap(({ attention, context }, layer) => [
      { value: attention, name: numbered('attention', layer) },
      { value: context, name: numbered('context', layer) },
    ]),
    ...(options.expose ?? []).map((value) => ({ value, name: value })),
  ];
  const changed = exposeValues(insertMasks(model, masks), exposures);
  if (options.from === undefined && options.to === undefined) return changed;
  const outputs = options.to ?? changed.graph.outputs.map(({ name }) => name);
  return cutModel(changed, { inputs: options.from ?? [], outputs });
}

function requireFound(taps: TapList, { layers, heads, maskHeads }: EditOptions): void {
  const missing = layers && taps.hidden.length === 0 ? 'layers' : 'heads';
  const noHeads = (heads || maskHeads) && taps.attention.length === 0;
  const noCount = maskHeads && taps.heads.includes(null);
  if (missing !== 'layers' && !noHeads && !noCount) return;
  throw new UserError(
    'onnx.not-found',
    `No ${missing} were recognised in this model. Name values with --expose; gyrus model taps --all lists them.`,
    { what: missing },
  );
}
