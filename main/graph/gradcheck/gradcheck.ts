import type { BlockDefinition } from '../blocks/block-definition.ts';
import { differentiate } from '../differentiate.ts';
import type { ValueName } from '../graph-builder.ts';
import type { OnnxModel } from '../onnx/onnx-model.ts';
import type { OpCheck, OpDefinition } from '../op-definition.ts';
import { TypedGraph } from '../typed-graph.ts';
import { fillCheckInput } from './check-values.ts';
import type { NdArray } from './nd-array.ts';

/** A value that goes in or comes out of an evaluation; integers and truth values as plain numbers. */
export interface EvaluatedValue extends NdArray {
  readonly type: string;
}

/** Runs a model once: what the checker is given, since this room does not know the runtime. */
export type Evaluate = (
  model: OnnxModel,
  feeds: Readonly<Record<string, EvaluatedValue>>,
) => Promise<Readonly<Record<string, EvaluatedValue>>>;

/** What one check of one operator found. Errors are relative: |a − b| / max(1, |b|), the largest over all elements. */
export interface CheckResult {
  readonly op: string;
  readonly check: string;
  readonly precision: 'float64' | 'float32';
  readonly forwardError: number;
  /** Null where the operator is declared to have no gradient. */
  readonly backwardError: number | null;
  readonly tolerance: number;
  readonly passed: boolean;
  /** Why the operator has no gradient, or what went wrong. */
  readonly note: string | null;
}

/** Largest allowed relative error: float64 kernels against differences, float32 kernels against a float64 reference. */
export const TOLERANCE = { float64: 1e-6, float32: 1e-4 } as const;

/** Step of central differences in float64: the cube root of machine precision balances both errors. */
const STEP = 6e-6;

/** What is checked: how it is written into a graph, and whether a gradient goes back through it. */
interface Subject {
  readonly op: string;
  readonly float64: boolean;
  readonly gradient: OpDefinition['gradient'] | true;
  readonly checks: readonly OpCheck[];
  emit(graph: TypedGraph, inputs: readonly ValueName[], check: OpCheck): readonly ValueName[];
}

/** Runs every check of one operator; an operator without checks fails by that. */
export function checkOperator(
  definition: OpDefinition,
  operators: ReadonlyMap<string, OpDefinition>,
  evaluate: Evaluate,
): Promise<CheckResult[]> {
  const emit: Subject['emit'] = (graph, inputs, check) => {
    const slots = Array.from({ length: check.outputs ?? 1 }, () => '');
    return graph.nodeN(definition.op, inputs, slots, check.attributes ?? {});
  };
  return checkSubject({ ...definition, emit }, operators, evaluate);
}

/** Runs every check of one block, as of an operator. */
export function checkBlock(
  definition: BlockDefinition,
  operators: ReadonlyMap<string, OpDefinition>,
  evaluate: Evaluate,
): Promise<CheckResult[]> {
  const { block, float64, checks } = definition;
  const emit: Subject['emit'] = (graph, inputs) => definition.build(graph, inputs);
  return checkSubject({ op: block, float64, checks, gradient: true, emit }, operators, evaluate);
}

async function checkSubject(
  definition: Subject,
  operators: ReadonlyMap<string, OpDefinition>,
  evaluate: Evaluate,
): Promise<CheckResult[]> {
  if (definition.checks.length === 0) return [failure(definition, '(none)', 'the operator has no check')];
  const results: CheckResult[] = [];
  for (const check of definition.checks) {
    try {
      results.push(await runCheck(definition, check, operators, evaluate));
    } catch (error) {
      results.push(failure(definition, check.name, error instanceof Error ? error.message : String(error)));
    }
  }
  return results;
}

function failure(definition: Subject, check: string, note: string): CheckResult {
  const precision = definition.float64 ? 'float64' : 'float32';
  const error = Number.POSITIVE_INFINITY;
  const tolerance = TOLERANCE[precision];
  return {
    op: definition.op,
    check,
    precision,
    forwardError: error,
    backwardError: null,
    tolerance,
    passed: false,
    note,
  };
}

async function runCheck(
  definition: Subject,
  check: OpCheck,
  operators: ReadonlyMap<string, OpDefinition>,
  evaluate: Evaluate,
): Promise<CheckResult> {
  const precision = definition.float64 ? 'float64' : 'float32';
  const tolerance = TOLERANCE[precision];
  const values = check.inputs.map((input, slot) => fillCheckInput(input, slot));
  const rounded = precision === 'float32' ? values.map(roundToFloat32) : values;
  const expected = check.reference(rounded);
  const declared = typeof definition.gradient === 'object' ? definition.gradient.none : null;
  const variables = check.inputs.flatMap((input, slot) => (typeof input.fill === 'string' ? [slot] : []));

  const graph = new TypedGraph('check', operators);
  const names = check.inputs.map((input, slot): ValueName => {
    if (input.constant !== true) return graph.input(`x${slot}`, input.type ?? precision, input.dims);
    if (input.type === 'int64') {
      const list = BigInt64Array.from(values[slot].data, (value) => BigInt(value));
      return graph.constant('int64', input.dims, list, `x${slot}`);
    }
    return graph.constant(precision, input.dims, typed(precision, values[slot].data), `x${slot}`);
  });
  const outputs = definition.emit(graph, names, check);
  const first = outputs[0];
  graph.output(first, graph.typeOf(first).type, expected[0].dims, 'y0');
  for (const [slot, output] of outputs.entries()) {
    if (slot > 0 && slot < expected.length)
      graph.output(output, graph.typeOf(output).type, expected[slot].dims, `y${slot}`);
  }
  // The loss weighs every output element differently, so that no error can cancel in a sum.
  const weighted = declared === null && variables.length > 0;
  const weights = expected
    .slice(0, weighted ? lossOutputs(definition.op, expected.length) : 0)
    .map(lossWeights);
  if (weighted) {
    const terms = weights.map((weight, slot) =>
      graph.node(
        'ReduceSum',
        [
          graph.mul(
            outputs[slot],
            graph.constant(precision, weight.dims, typed(precision, weight.data), `w${slot}`),
          ),
        ],
        { keepdims: 0 },
      ),
    );
    const loss = terms.reduce((sum, term) => graph.add(sum, term));
    const gradients = differentiate(
      graph,
      loss,
      variables.map((slot) => names[slot]),
    );
    for (const [position, slot] of variables.entries())
      graph.output(gradients[position], precision, check.inputs[slot].dims, `dx${slot}`);
  }
  const feeds: Record<string, EvaluatedValue> = {};
  for (const [slot, input] of check.inputs.entries())
    if (input.constant !== true) feeds[`x${slot}`] = { ...rounded[slot], type: input.type ?? precision };
  const results = await evaluate(graph.build(), feeds);
  const forwardError = Math.max(...expected.map((array, slot) => relativeError(results[`y${slot}`], array)));
  const backwardError = weighted
    ? Math.max(
        ...variables.map((slot) =>
          relativeError(results[`dx${slot}`], differences(check, rounded, slot, weights)),
        ),
      )
    : null;
  const passed = forwardError <= tolerance && (backwardError ?? 0) <= tolerance;
  return {
    op: definition.op,
    check: check.name,
    precision,
    forwardError,
    backwardError,
    tolerance,
    passed,
    note: declared,
  };
}

/** Outputs that carry a gradient: of layer normalisation and pooling only the first does. */
function lossOutputs(op: string, count: number): number {
  return op === 'Split' ? count : 1;
}

/** Fixed, uneven weights of the loss: sin of the position, away from zero. */
function lossWeights(array: NdArray): NdArray {
  return { dims: array.dims, data: Float64Array.from(array.data, (_, at) => Math.sin(1 + 2.3 * at) + 1.2) };
}

/** ∂loss/∂x by central differences of the float64 reference. */
function differences(
  check: OpCheck,
  values: readonly NdArray[],
  slot: number,
  weights: readonly NdArray[],
): NdArray {
  const loss = (position: number, delta: number): number => {
    const moved = values.map((array, at) =>
      at === slot
        ? { dims: array.dims, data: array.data.with(position, array.data[position] + delta) }
        : array,
    );
    const outputs = check.reference(moved);
    return weights.reduce(
      (sum, weight, at) => sum + weight.data.reduce((part, w, i) => part + w * outputs[at].data[i], 0),
      0,
    );
  };
  const data = values[slot].data.map((value, position) => {
    const step = STEP * Math.max(1, Math.abs(value));
    return (loss(position, step) - loss(position, -step)) / (2 * step);
  });
  return { dims: values[slot].dims, data };
}

function relativeError(actual: NdArray | undefined, expected: NdArray): number {
  if (actual === undefined || actual.data.length !== expected.data.length) return Number.POSITIVE_INFINITY;
  if (actual.dims.join() !== expected.dims.join()) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [at, value] of expected.data.entries()) {
    const error = Math.abs(actual.data[at] - value) / Math.max(1, Math.abs(value));
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }
  return worst;
}

function roundToFloat32(array: NdArray): NdArray {
  return { dims: array.dims, data: Float64Array.from(array.data, Math.fround) };
}

function typed(precision: 'float32' | 'float64', data: Float64Array): Float32Array | Float64Array {
  return precision === 'float32' ? Float32Array.from(data) : data;
}
