import type { OnnxAttribute, OnnxAttributeValue, OnnxNode } from './onnx-model.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a builder may pass as an attribute. Numbers become `int` when whole: use `float()` for float attributes. */
export type AttributeInput =
  | number
  | bigint
  | string
  | readonly number[]
  | readonly string[]
  | OnnxAttributeValue;

/** A float attribute, whole or not. */
export function float(value: number): OnnxAttributeValue {
  return { kind: 'float', value };
}

/** Turns plain JavaScript values into attributes. @throws Error for a fraction given without `float()`. */
export function makeAttributes(inputs: Readonly<Record<string, AttributeInput>>): OnnxAttribute[] {
  return Object.entries(inputs).map(([name, input]) => ({
    name,
    unknown: [],
    ...attributeValue(name, input),
  }));
}

function attributeValue(name: string, input: AttributeInput): OnnxAttributeValue {
  if (typeof input === 'bigint') return { kind: 'int', value: input };
  if (typeof input === 'number') return { kind: 'int', value: whole(name, input) };
  if (typeof input === 'string') return { kind: 'string', value: encoder.encode(input) };
  if ('kind' in input) return input;
  const strings = input.filter((item) => typeof item === 'string');
  if (strings.length > 0) return { kind: 'strings', value: strings.map((item) => encoder.encode(item)) };
  return { kind: 'ints', value: input.map((item) => whole(name, Number(item))) };
}

function whole(name: string, value: number): bigint {
  if (!Number.isInteger(value)) throw new Error(`attribute ${name}: ${value} is not whole; use float()`);
  return BigInt(value);
}

function find<K extends OnnxAttribute['kind']>(node: OnnxNode, name: string, kind: K) {
  const found = node.attributes.find((attribute) => attribute.name === name);
  return found?.kind === kind ? (found as Extract<OnnxAttribute, { kind: K }>) : undefined;
}

/** Integer attribute, or the fallback where the node leaves it out. */
export function intAttribute(node: OnnxNode, name: string, fallback: number): number {
  return Number(find(node, name, 'int')?.value ?? fallback);
}

/** Integer list, or undefined. */
export function intsAttribute(node: OnnxNode, name: string): number[] | undefined {
  return find(node, name, 'ints')?.value.map(Number);
}

/** A float, or the fallback where the node has none of that name. */
export function floatAttribute(node: OnnxNode, name: string, fallback: number): number {
  return find(node, name, 'float')?.value ?? fallback;
}

/** A string, or the fallback where the node has none of that name. */
export function stringAttribute(node: OnnxNode, name: string, fallback: string): string {
  const found = find(node, name, 'string');
  return found === undefined ? fallback : decoder.decode(found.value);
}
