import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import { resolvePaths } from '../core/paths.ts';
import { blocks } from '../graph/blocks/registry.ts';
import { type CheckResult, checkBlock, checkOperator, type Evaluate } from '../graph/gradcheck/gradcheck.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { operators } from '../graph/ops/registry.ts';
import { CHECKED_MODELS, checkModel, type ModelCheck } from '../models/training/check-gradients.ts';
import { evaluateModel } from '../runtime/evaluate-model.ts';
import type { CommandDeps } from './command.ts';

/** Torch's gradients of whole models: part of the source tree, not of the product, which has no use for them. */
const FIXTURES = join(resolvePaths().root, 'test/fixtures/models');

/**
 * `gyrus gradcheck [--op NAME...] [--json]`: every operator forward and backward, against float64 references, and whole
 * models against torch where its gradients are here.
 */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('gradcheck')
    .description(
      'check every graph operator and block: forward against known values, backward against central differences; and whole models against gradients of torch',
    )
    .option('--op <names...>', 'only these operators, blocks or models')
    .option('--references <folder>', 'gradients of torch for whole models', FIXTURES)
    .option('--json', 'one JSON object')
    .action(async (options: { op?: string[]; references: string; json?: boolean }) => {
      const results: CheckResult[] = [];
      const evaluate: Evaluate = (model, feeds) => evaluateModel(encodeModel(model), feeds);
      const asked = (name: string) => options.op === undefined || options.op.includes(name);
      for (const definition of operators.values()) {
        deps.signal.throwIfAborted();
        if (asked(definition.op)) results.push(...(await checkOperator(definition, operators, evaluate)));
      }
      for (const definition of blocks) {
        deps.signal.throwIfAborted();
        if (asked(definition.block)) results.push(...(await checkBlock(definition, operators, evaluate)));
      }
      const models: ModelCheck[] = [];
      for (const model of CHECKED_MODELS) {
        deps.signal.throwIfAborted();
        if (asked(model)) models.push(await checkModel(model, options.references));
      }
      const all = [...results, ...models];
      const failed = all.filter(({ passed }) => passed === false).length;
      const summary = {
        operators: new Set(results.map((result) => result.op)).size,
        checks: all.length,
        failed,
        notRun: models.filter(({ passed }) => passed === null).length,
        worst: Math.max(
          0,
          ...results.map(({ forwardError, backwardError }) => Math.max(forwardError, backwardError ?? 0)),
        ),
      };
      if (options.json) deps.out(`${JSON.stringify({ ...summary, results, models })}\n`);
      else
        deps.out(
          `${[...results.map(line), ...models.map(modelLine)].join('\n')}\n${summary.checks} checks of ${summary.operators} operators and blocks and ${models.length} models, ${summary.notRun} not run\n`,
        );
      if (failed > 0)
        throw new UserError('gradcheck.failed', `${failed} of ${all.length} gradient checks failed.`, {
          failed,
          total: all.length,
        });
    });
}

function modelLine({ model, passed, parameters, worst, worstParameter, note }: ModelCheck): string {
  if (passed === null) return `--   ${model}: ${note}`;
  const found = `${parameters} parameters, worst ${worst?.toExponential(1)} (${worstParameter})`;
  return `${passed ? 'ok  ' : 'FAIL'} ${model} against torch: ${found}${note === null ? '' : `  ${note}`}`;
}

function line(result: CheckResult): string {
  const backward =
    result.backwardError === null ? (result.note ?? '') : result.backwardError.toExponential(1);
  const note = result.passed ? '' : `  ${result.note ?? 'over the tolerance'}`;
  return `${result.passed ? 'ok  ' : 'FAIL'} ${result.op} (${result.check}) ${result.precision} forward ${result.forwardError.toExponential(1)} backward ${backward}${note}`;
}
