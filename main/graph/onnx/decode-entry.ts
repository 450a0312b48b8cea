import type { OnnxEntry } from './onnx-model.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

/** A StringStringEntryProto. */
export function decodeEntry(reader: ProtobufReader): OnnxEntry {
  const entry: OnnxEntry = { key: '', value: '' };
  while (reader.next()) {
    if (reader.field === 1) entry.key = reader.string();
    else if (reader.field === 2) entry.value = reader.string();
    else reader.unknown();
  }
  return entry;
}
