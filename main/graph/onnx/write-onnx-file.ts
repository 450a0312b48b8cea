import { open, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeModel } from './encode.ts';
import { tensorsOf } from './external-data.ts';
import type { OnnxModel, OnnxTensor } from './onnx-model.ts';

/** Weights of more than this go into a file beside the model: one protobuf message ends at 2 GiB. */
export const MOST_INSIDE = 1.5 * 2 ** 30;
/** Smaller tensors (shapes, axes) stay in the model, where readers expect them. */
const LEAST_OUTSIDE = 1024;
/** Weights begin at whole memory pages, so that runtimes can map them. */
const PAGE = 4096;

/** Bytes of raw values in a model, those of subgraphs included. */
export function rawBytes(model: OnnxModel): number {
  let bytes = 0;
  for (const tensor of tensorsOf(model.graph)) bytes += tensor.raw?.byteLength ?? 0;
  return bytes;
}

/**
 * Writes a model as an ONNX file; weights go into `FILE.data` beside it where they are too large for one file, or where
 * that is asked for.
 * @returns paths of the files written
 */
export async function writeOnnxFile(
  path: string,
  model: OnnxModel,
  weights: 'inside' | 'beside' | 'as-needed' = 'as-needed',
): Promise<string[]> {
  const beside = weights === 'beside' || (weights === 'as-needed' && rawBytes(model) > MOST_INSIDE);
  if (!beside) {
    await writeFile(path, encodeModel(model));
    return [path];
  }
  const dataPath = `${path}.data`;
  const restore: (() => void)[] = [];
  const file = await open(dataPath, 'w');
  try {
    let offset = 0;
    for (const tensor of tensorsOf(model.graph)) {
      if (tensor.raw === undefined || tensor.raw.byteLength < LEAST_OUTSIDE) continue;
      const padding = (PAGE - (offset % PAGE)) % PAGE;
      await file.writeFile(new Uint8Array(padding));
      await file.writeFile(tensor.raw);
      const { byteLength } = tensor.raw;
      restore.push(moveOut(tensor, basename(dataPath), offset + padding));
      offset += padding + byteLength;
    }
    await writeFile(path, encodeModel(model));
  } finally {
    // The model in memory stays as it was: whole.
    for (const undo of restore) undo();
    await file.close();
  }
  return [path, dataPath];
}

/** Points a tensor to another file and returns what brings its values back. */
function moveOut(tensor: OnnxTensor, location: string, offset: number): () => void {
  const { raw } = tensor;
  if (raw === undefined) throw new Error('only raw values can lie in another file');
  delete tensor.raw;
  tensor.dataLocation = 1;
  tensor.external = [
    { key: 'location', value: location },
    { key: 'offset', value: String(offset) },
    { key: 'length', value: String(raw.byteLength) },
  ];
  return () => {
    tensor.raw = raw;
    delete tensor.dataLocation;
    delete tensor.external;
  };
}
