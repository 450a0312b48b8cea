import { describe, expect, it } from 'vitest';
import { blocks } from '../../../main/graph/blocks/registry.ts';
import { checkBlock, checkOperator } from '../../../main/graph/gradcheck/gradcheck.ts';
import { encodeModel } from '../../../main/graph/onnx/encode.ts';
import type { OpDefinition } from '../../../main/graph/op-definition.ts';
import { mul } from '../../../main/graph/ops/mul.ts';
import { operators } from '../../../main/graph/ops/registry.ts';
import { evaluateModel } from '../../../main/runtime/evaluate-model.ts';

const check = (definition: OpDefinition, registry: ReadonlyMap<string, OpDefinition> = operators) =>
  checkOperator(definition, registry, (model, feeds) => evaluateModel(encodeModel(model), feeds));

describe('operators', () => {
  it.each([...operators.values()].map((definition) => [definition.op, definition] as const))(
    '%s agrees with its reference, forward and backward',
    async (_op, definition) => {
      for (const result of await check(definition)) {
        expect(result, `${result.op} (${result.check}): ${result.note}`).toMatchObject({ passed: true });
        if (typeof definition.gradient === 'function' && definition.op !== 'Cast')
          expect(result.backwardError).not.toBeNull();
      }
    },
  );

  it.each(blocks.map((block) => [block.block, block] as const))(
    '%s agrees with its reference, forward and backward',
    async (_name, block) => {
      const results = await checkBlock(block, operators, (model, feeds) =>
        evaluateModel(encodeModel(model), feeds),
      );
      expect(results.length).toBeGreaterThan(0);
      for (const result of results) {
        expect(result, `${result.op} (${result.check}): ${result.note}`).toMatchObject({ passed: true });
        expect(result.backwardError).not.toBeNull();
      }
    },
  );

  it('finds a wrong gradient, a wrong value and a missing check', async () => {
    const wrongGradient: OpDefinition = {
      ...mul,
      gradient: ({ node, outputGradients: [dy] }) => node.inputs.map(() => dy),
    };
    const wrongValue: OpDefinition = {
      ...mul,
      checks: mul.checks.map((one) => ({
        ...one,
        reference: ([a, b]) => one.reference([b, a].map(() => a)),
      })),
    };
    for (const broken of [wrongGradient, wrongValue, { ...mul, checks: [] }]) {
      const results = await check(broken, new Map(operators).set('Mul', broken));
      expect(results.some((result) => !result.passed)).toBe(true);
    }
  });
});
