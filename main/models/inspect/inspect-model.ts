import { basename } from 'node:path';
import type { ModelInspection, NamedShape, UncountedOp } from '../../contract/model-inspection.ts';
import { UserError } from '../../core/errors.ts';
import { type AxisSizes, declaredType, symbolicAxes } from '../../graph/inspect/graph-shapes.ts';
import { type GraphInspection, inspectGraph } from '../../graph/inspect/inspect-graph.ts';
import { readOnnxFile } from '../../graph/onnx/external-data.ts';
import type { OnnxGraph, OnnxValueInfo } from '../../graph/onnx/onnx-model.ts';
import { operators } from '../../graph/ops/registry.ts';
import type { ModelShapes } from '../folder/model-weights.ts';
import { readModelShapes } from '../folder/read-model.ts';
import { buildStructureGraph } from '../running/model-graph.ts';
import { groupLayers, sumAmounts } from './group-layers.ts';

/** Tokens that a language model is counted for unless asked otherwise; fewer where it takes no more. */
const TOKENS = 128;
const BATCH_NAMES = /^(batch|batch_size|n|bs)$/i;

/**
 * Counts a model's parameters and arithmetic from its graph, without running it and without reading the weights of
 * Hugging Face folders and GGUF files.
 * @param sizes sizes of the axes that the model leaves open; batch is 1 and a text 128 tokens unless given
 * @throws UserError `inspect.axis-unknown` for a size of an axis that the model does not have, `inspect.axis-missing` for
 *   an axis that must be given, `inspect.axis-size`, and as `readModelShapes` and `readOnnxFile`
 */
export async function inspectModel(path: string, sizes: AxisSizes = {}): Promise<ModelInspection> {
  return path.toLowerCase().endsWith('.onnx')
    ? inspectOnnx(basename(path), (await readOnnxFile(path)).graph, sizes)
    : inspectShapes(await readModelShapes(path), sizes);
}

/** The axes that an ONNX file leaves open. @throws UserError as `readOnnxFile` */
export async function openAxes(path: string): Promise<string[]> {
  return symbolicAxes((await readOnnxFile(path)).graph);
}

/** Counts a model of a known family from its sizes alone. @throws UserError as `inspectModel` */
export function inspectShapes(model: ModelShapes, sizes: AxisSizes = {}): ModelInspection {
  const { config } = model;
  const { graph } = buildStructureGraph(model);
  const parameters = new Set(model.shapes.keys());
  const tokens = Math.min(TOKENS, config.positions);
  const bound = bindAxes(symbolicAxes(graph, parameters), sizes, { batch: 1, sequence: tokens });
  if (bound.sequence > config.positions) {
    throw new UserError(
      'model.too-long',
      `A text has ${bound.sequence} tokens, but ${model.name} takes ${config.positions} at most. Cut it into shorter pieces.`,
      { tokens: bound.sequence, limit: config.positions, model: model.name },
    );
  }
  const inspected = inspectGraph(graph, operators, bound, parameters);
  return {
    ...summary(model.name, graph, inspected, bound, parameters),
    format: model.format,
    architecture: config.modelType,
    facts: {
      layers: config.layers,
      heads: config.heads,
      ...(config.keyValueHeads === config.heads ? {} : { keyValueHeads: config.keyValueHeads }),
      width: config.width,
      headWidth: config.headWidth,
      vocabulary: config.vocabularySize,
      positions: config.positions,
      activation: config.activation,
    },
  };
}

/** Counts any ONNX graph. @throws UserError as `inspectModel` */
export function inspectOnnx(name: string, graph: OnnxGraph, sizes: AxisSizes = {}): ModelInspection {
  const axes = symbolicAxes(graph);
  const defaults = Object.fromEntries(
    axes.flatMap((axis) =>
      BATCH_NAMES.test(axis) || axis.endsWith('.0')
        ? [[axis, 1]]
        : /seq|token/i.test(axis)
          ? [[axis, TOKENS]]
          : [],
    ),
  );
  const bound = bindAxes(axes, sizes, defaults);
  const inspected = inspectGraph(graph, operators, bound);
  return { ...summary(name, graph, inspected, bound), format: 'onnx', architecture: null, facts: {} };
}

function bindAxes(axes: readonly string[], given: AxisSizes, defaults: AxisSizes): Record<string, number> {
  const list = axes.join(', ') || 'none';
  for (const [axis, size] of Object.entries(given)) {
    if (!axes.includes(axis)) {
      throw new UserError(
        'inspect.axis-unknown',
        `The model has no free axis "${axis}"; its free axes are: ${list}.`,
        { axis, axes: list },
      );
    }
    if (!(Number.isInteger(size) && size > 0)) {
      throw new UserError('inspect.axis-size', `The size of axis "${axis}" must be a whole number above 0.`, {
        axis,
      });
    }
  }
  return Object.fromEntries(
    axes.map((axis) => {
      const size = given[axis] ?? defaults[axis];
      if (size === undefined) {
        throw new UserError(
          'inspect.axis-missing',
          `The model leaves the size of axis "${axis}" open: say what to count for, such as ${axis}=224.`,
          { axis },
        );
      }
      return [axis, size];
    }),
  );
}

function summary(
  name: string,
  graph: OnnxGraph,
  inspected: GraphInspection,
  sizes: Record<string, number>,
  parameters: ReadonlySet<string> = new Set(),
): Omit<ModelInspection, 'format' | 'architecture' | 'facts'> {
  const { ops } = inspected;
  const held = new Set(graph.initializers.map((tensor) => tensor.name));
  const shapes = (infos: readonly OnnxValueInfo[]) =>
    infos.flatMap((info): NamedShape[] => {
      const type = declaredType(info);
      return type === undefined ? [] : [{ name: info.name, type: type.type, dims: [...type.dims] }];
    });
  const byOp = new Map<string, (typeof ops)[number][]>();
  for (const op of ops) byOp.set(op.op, [...(byOp.get(op.op) ?? []), op]);
  return {
    name,
    inputs: shapes(graph.inputs.filter((input) => !held.has(input.name) && !parameters.has(input.name))),
    outputs: shapes(graph.outputs),
    sizes,
    total: sumAmounts(ops),
    convolutions: sumAmounts(ops.filter(({ op }) => op === 'Conv' || op === 'ConvTranspose')),
    byOp: [...byOp]
      .map(([op, own]) => ({ op, nodes: own.length, ...sumAmounts(own) }))
      .sort((a, b) => b.flops - a.flops || b.parameters - a.parameters || b.nodes - a.nodes),
    layers: groupLayers(inspected),
    uncounted: tally(inspected.uncounted),
  };
}

function tally(list: GraphInspection['uncounted']): UncountedOp[] {
  const rows = new Map<string, UncountedOp>();
  for (const entry of list) {
    const key = Object.values(entry).join(' ');
    rows.set(key, { ...entry, nodes: (rows.get(key)?.nodes ?? 0) + 1 });
  }
  return [...rows.values()];
}
