import { type Command, InvalidArgumentError } from 'commander';
import type { Amount, ModelInspection } from '../../contract/model-inspection.ts';
import type { CommandDeps } from '../command.ts';
import { textTable } from '../text-table.ts';

interface InspectOptions {
  readonly size: Record<string, number>;
  readonly json?: boolean;
}

/** `gyrus model inspect`: parameters, multiply–accumulates and FLOPs by layer, head and operator. */
export function registerInspect(model: Command, deps: CommandDeps): void {
  model
    .command('inspect')
    .description('count parameters and arithmetic by layer, head and operator, without running the model')
    .argument('<model>', 'Hugging Face folder, .gguf or .onnx file')
    .option(
      '--size <axis=number>',
      'size of a free axis, such as batch=2 or sequence=512; again for another',
      collectSize,
      {},
    )
    .option('--json', 'print one JSON object with every node')
    .action(async (path: string, options: InspectOptions) => {
      const { inspectModel } = await import('../../models/inspect/inspect-model.ts');
      const inspection = await inspectModel(path, options.size);
      deps.out(options.json ? `${JSON.stringify(inspection)}\n` : asText(inspection));
    });
}

function collectSize(pair: string, sizes: Record<string, number>): Record<string, number> {
  const [axis, size] = pair.split(/=(?=\d+$)/);
  if (size === undefined) throw new InvalidArgumentError('give the axis and its size, such as batch=2');
  return { ...sizes, [axis]: Number(size) };
}

function asText(model: ModelInspection): string {
  const { total, convolutions } = model;
  const sizes = Object.entries(model.sizes).map(([axis, size]) => `${axis} ${size}`);
  const shapes = model.inputs.map(({ name, dims }) => `${name} [${dims.join(', ')}]`);
  const lines = [
    `${model.name} (${model.architecture ?? 'ONNX'})`,
    `inputs          ${shapes.join(', ')}`,
    ...(sizes.length > 0 ? [`counted for     ${sizes.join(', ')} (nothing is divided by the batch)`] : []),
    `parameters      ${total.parameters}`,
    `MACs            ${total.macs}`,
    `FLOPs           ${total.flops}`,
    ...(convolutions.macs > 0
      ? [`convolutions    ${convolutions.parameters} parameters, ${convolutions.macs} MACs`]
      : []),
  ];
  const cells = ({ parameters, macs, flops }: Amount) => [parameters, macs, flops].map(String);
  const layers = textTable([
    ['layer', 'nodes', 'heads', 'parameters', 'MACs', 'FLOPs'],
    ...model.layers.map((layer) => [
      layer.name,
      String(layer.ops.length),
      layer.heads.map(({ count }) => count).join(', '),
      ...cells(layer),
    ]),
  ]);
  const byOp = textTable([
    ['operator', 'nodes', 'parameters', 'MACs', 'FLOPs'],
    ...model.byOp
      .filter(({ parameters, flops }) => parameters + flops > 0)
      .map((row) => [row.op, String(row.nodes), ...cells(row)]),
  ]);
  const reasons = {
    'no-rule': 'there is no rule for it',
    'no-shape': 'its shapes depend on data or are not in the file',
  };
  const doubts = model.uncounted.map(
    ({ op, nodes, why, detail }) =>
      `not counted: ${nodes} × ${op}: ${why === 'refused' ? detail : reasons[why]}\n`,
  );
  return `${lines.join('\n')}\n\n${layers}\n${byOp}${doubts.join('')}`;
}
