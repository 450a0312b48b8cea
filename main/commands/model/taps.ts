import { basename } from 'node:path';
import type { Command } from 'commander';
import { listTaps, type TapList } from '../../graph/edit/list-taps.ts';
import { readOnnxFile } from '../../graph/onnx/external-data.ts';
import { operators } from '../../graph/ops/registry.ts';
import type { CommandDeps } from '../command.ts';
import { textTable } from '../text-table.ts';

interface TapsOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `gyrus model taps FILE.onnx`: layers, heads and values that can be read, masked or cut at. */
export function registerTaps(model: Command, deps: CommandDeps): void {
  model
    .command('taps')
    .description('list the layers, heads and inner values of any ONNX file')
    .argument('<file>', '.onnx file')
    .option('--all', 'every value, not layers and heads alone')
    .option('--json', 'print one JSON object with every value')
    .action(async (file: string, options: TapsOptions) => {
      const taps = listTaps(await readOnnxFile(file), operators);
      deps.out(
        options.json
          ? `${JSON.stringify({ model: basename(file), ...taps })}\n`
          : asText(taps, options.all ?? false),
      );
    });
}

function asText({ hidden, attention, heads, values }: TapList, all: boolean): string {
  const rows = [
    ...hidden.map((value, layer) => ['hidden', String(layer), '', value]),
    ...attention.flatMap((found, layer) => [
      ['attention', String(layer), String(heads[layer] ?? '?'), found.attention],
      ['context', String(layer), String(heads[layer] ?? '?'), found.context],
    ]),
  ];
  const found =
    rows.length === 0
      ? 'No layers were recognised; every value can still be tapped by its name (--all).\n'
      : textTable([['what', 'layer', 'heads', 'value'], ...rows]);
  const listed = values.map(({ value, op, type }) => [op, type?.dims.join(' × ') ?? '', value]);
  return all ? `${found}\n${textTable([['operator', 'shape', 'value'], ...listed])}` : found;
}
