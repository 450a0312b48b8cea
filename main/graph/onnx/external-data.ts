import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { checkAcyclic } from './check-acyclic.ts';
import { decodeModel } from './decode.ts';
import type { OnnxGraph, OnnxModel, OnnxTensor } from './onnx-model.ts';

/** Every tensor of a graph: initializers, tensor attributes, and the same of its subgraphs. */
export function* tensorsOf(graph: OnnxGraph): Generator<OnnxTensor> {
  yield* graph.initializers;
  for (const node of graph.nodes) {
    for (const attribute of node.attributes) {
      if (attribute.kind === 'tensor') yield attribute.value;
      else if (attribute.kind === 'tensors') yield* attribute.value;
      else if (attribute.kind === 'graph') yield* tensorsOf(attribute.value);
      else if (attribute.kind === 'graphs') for (const inner of attribute.value) yield* tensorsOf(inner);
    }
  }
}

/**
 * Reads an ONNX file and, where weights lie in other files of its folder, those too: the model that comes back
 * is whole and has no external tensors.
 * @throws UserError `onnx.damaged`, `onnx.no-graph`, `onnx.external-path` (a location outside the folder),
 *   `onnx.external-missing`, `onnx.external-range`, `onnx.cycle`.
 */
export async function readOnnxFile(path: string): Promise<OnnxModel> {
  const model = decodeModel(await readFile(path));
  const folder = dirname(resolve(path));
  const files = new Map<string, Uint8Array>();
  for (const tensor of tensorsOf(model.graph)) {
    if (tensor.dataLocation === 1) await bringIn(tensor, folder, files);
  }
  checkAcyclic(model.graph);
  return model;
}

async function bringIn(tensor: OnnxTensor, folder: string, files: Map<string, Uint8Array>): Promise<void> {
  const entries = new Map((tensor.external ?? []).map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const path = resolve(folder, location);
  const inside = relative(folder, path);
  const name = tensor.name ?? '';
  if (location === '' || isAbsolute(location) || inside.startsWith('..') || isAbsolute(inside)) {
    throw new UserError(
      'onnx.external-path',
      `Tensor ${name} points to ${location || 'no file'}, outside the model's folder. Put all weight files beside the model.`,
      { name, location },
    );
  }
  let file = files.get(path);
  if (file === undefined) {
    file = await readFile(path).catch(() => {
      throw new UserError(
        'onnx.external-missing',
        `The weight file ${location} is missing beside the model.`,
        { location },
      );
    });
    files.set(path, file);
  }
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? file.byteLength - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= file.byteLength)) {
    throw new UserError(
      'onnx.external-range',
      `Tensor ${name} reaches past the end of ${location}: the weight file is cut short or belongs to another model.`,
      { name, location },
    );
  }
  tensor.raw = file.subarray(offset, offset + length);
  delete tensor.external;
  delete tensor.dataLocation;
}
