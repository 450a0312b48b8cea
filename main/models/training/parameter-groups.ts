import type { ValueName } from '../../graph/graph-builder.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import type { ParameterSpec } from './training-graph.ts';

/** Numbers in a row of a group. Every parameter begins with a row and is filled up with zeros to whole rows. */
export const ROW = 64;

/** A group takes no further parameter beyond so many numbers: more would fall out of the cache from pass to pass. */
const LIMIT = 1 << 18;

/** A parameter's place in its group. */
export interface GroupMember {
  readonly parameter: ParameterSpec;
  readonly start: number;
  readonly size: number;
}

/**
 * Parameters that are updated as one vector. An optimizer works element by element, so joining changes no bit of it; and
 * a node costs more than the few numbers of a bias. Each parameter goes into the graph as a view of the vector's memory.
 */
export interface ParameterGroup {
  /** Name of the vector's input; those of the optimizer's state are `NAME.SLOT`, that of the mask `NAME.mask`. */
  readonly name: string;
  readonly length: number;
  readonly decayed: boolean;
  readonly masked: boolean;
  readonly members: readonly GroupMember[];
}

const sizeOf = (dims: readonly number[]) => dims.reduce((product, dim) => product * dim, 1);
const rowsOf = (size: number) => Math.ceil(size / ROW);

/** Shares parameters out to groups: alike in decay and mask, in the order given. */
export function groupParameters(parameters: readonly ParameterSpec[]): ParameterGroup[] {
  const groups: { members: GroupMember[]; length: number; first: ParameterSpec }[] = [];
  const open = new Map<string, (typeof groups)[number]>();
  for (const parameter of parameters) {
    const size = sizeOf(parameter.dims);
    const kind = `${parameter.decayed} ${parameter.masked === true}`;
    let group = open.get(kind);
    if (group === undefined || group.length + size > LIMIT) {
      group = { members: [], length: 0, first: parameter };
      groups.push(group);
      open.set(kind, group);
    }
    group.members.push({ parameter, start: group.length, size });
    group.length += rowsOf(size) * ROW;
  }
  return groups.map(({ members, length, first }, position) => ({
    name: `group.${position}`,
    length,
    decayed: first.decayed,
    masked: first.masked === true,
    members,
  }));
}

/** Values of all members as the group's vector. @param valueFor name of the value of a parameter's shape */
export function joined(
  graph: TypedGraph,
  group: ParameterGroup,
  valueFor: (parameter: ParameterSpec) => ValueName,
): ValueName {
  const parts = group.members.flatMap(({ parameter, size }) => {
    const rest = rowsOf(size) * ROW - size;
    const value = valueFor(parameter);
    const flat = parameter.dims.length === 1 ? value : graph.reshape(value, [-1]);
    return rest === 0 ? [flat] : [flat, graph.constant('float32', [rest], new Float32Array(rest))];
  });
  return parts.length === 1 ? parts[0] : graph.node('Concat', parts, { axis: 0 });
}

/**
 * The group's vector for the values of its members.
 * @param valuesOf of a parameter, by name; undefined leaves zeros
 * @throws Error for values of another length than the parameter's
 */
export function packed(
  group: ParameterGroup,
  valuesOf: (name: string) => Float32Array | undefined,
): Float32Array {
  const vector = new Float32Array(group.length);
  for (const { parameter, start, size } of group.members) {
    const values = valuesOf(parameter.name);
    if (values === undefined) continue;
    if (values.length !== size)
      throw new Error(`${parameter.name} needs ${size} values and has ${values.length}`);
    vector.set(values, start);
  }
  return vector;
}

/** Sums of each parameter's rows, in the order of `parameters`. @param rows one number a row, of all groups in turn */
export function sumsOfRows(
  groups: readonly ParameterGroup[],
  parameters: readonly ParameterSpec[],
  rows: Float32Array,
): Float32Array {
  const sums = new Map<string, number>();
  let at = 0;
  for (const { members } of groups) {
    for (const { parameter, size } of members) {
      const end = at + rowsOf(size);
      let sum = 0;
      for (; at < end; at++) sum += rows[at];
      sums.set(parameter.name, sum);
    }
  }
  return Float32Array.from(parameters, ({ name }) => sums.get(name) ?? 0);
}
