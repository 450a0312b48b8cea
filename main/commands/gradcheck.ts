import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import { blocks } from '../graph/blocks/registry.ts';
import { type CheckResult, checkBlock, checkOperator, type Evaluate } from '../graph/gradcheck/gradcheck.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { operators } from '../graph/ops/registry.ts';
import { evaluateModel } from '../runtime/evaluate-model.ts';
import type { CommandDeps } from './command.ts';

/** `gyrus gradcheck [--op NAME...] [--json]`: every operator forward and backward, against float64 references. */
export function register(program: Command, deps: CommandDeps): void {
  program
    .command('gradcheck')
    .description(
      'check every graph operator and block: forward against known values, backward against central differences',
    )
    .option('--op <names...>', 'only these operators or blocks')
    .option('--json', 'one JSON object')
    .action(async (options: { op?: string[]; json?: boolean }) => {
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
      const failed = results.filter((result) => !result.passed);
      const summary = {
        operators: new Set(results.map((result) => result.op)).size,
        checks: results.length,
        failed: failed.length,
        worst: Math.max(...results.map((result) => Math.max(result.forwardError, result.backwardError ?? 0))),
      };
      if (options.json) deps.out(`${JSON.stringify({ ...summary, results })}\n`);
      else
        deps.out(
          `${results.map(line).join('\n')}\n${summary.checks} checks of ${summary.operators} operators and blocks\n`,
        );
      if (failed.length > 0)
        throw new UserError(
          'gradcheck.failed',
          `${failed.length} of ${results.length} operator checks failed.`,
          {
            failed: failed.length,
            total: results.length,
          },
        );
    });
}

function line(result: CheckResult): string {
  const backward =
    result.backwardError === null ? (result.note ?? '') : result.backwardError.toExponential(1);
  const note = result.passed ? '' : `  ${result.note ?? 'over the tolerance'}`;
  return `${result.passed ? 'ok  ' : 'FAIL'} ${result.op} (${result.check}) ${result.precision} forward ${result.forwardError.toExponential(1)} backward ${backward}${note}`;
}
