import { decodeEntry } from './decode-entry.ts';
import type { OnnxTensor } from './onnx-model.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

/** A TensorProto; `raw` is a view on the file's bytes. */
export function decodeTensor(reader: ProtobufReader): OnnxTensor {
  const tensor: OnnxTensor = { dims: [], dataType: 0, unknown: [] };
  const dims: bigint[] = [];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.int64s(dims);
        break;
      case 2:
        tensor.dataType = reader.int();
        break;
      case 4:
        tensor.floatData = reader.floats(tensor.floatData);
        break;
      case 5:
        tensor.int32Data = reader.int64s(tensor.int32Data);
        break;
      case 6:
        tensor.stringData = [...(tensor.stringData ?? []), reader.bytes()];
        break;
      case 7:
        tensor.int64Data = reader.int64s(tensor.int64Data);
        break;
      case 8:
        tensor.name = reader.string();
        break;
      case 9:
        tensor.raw = reader.bytes();
        break;
      case 10:
        tensor.doubleData = reader.doubles(tensor.doubleData);
        break;
      case 11:
        tensor.uint64Data = reader.int64s(tensor.uint64Data);
        break;
      case 12:
        tensor.docString = reader.string();
        break;
      case 13:
        tensor.external = [...(tensor.external ?? []), decodeEntry(reader.message())];
        break;
      case 14:
        tensor.dataLocation = reader.int();
        break;
      default:
        tensor.unknown.push(reader.unknown());
    }
  }
  tensor.dims = dims.map(Number);
  return tensor;
}
