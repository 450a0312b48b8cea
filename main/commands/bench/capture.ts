import { performance } from 'node:perf_hooks';
import { cutModel } from '../../graph/edit/edit-model.ts';
import { gpt2Parameters } from '../../models/architectures/gpt2.ts';
import type { ModelConfig } from '../../models/folder/model-config.ts';
import type { ModelFolder } from '../../models/folder/model-weights.ts';
import { attentionName, buildModelGraph, hiddenName } from '../../models/running/model-graph.ts';
import { openGraph } from '../../models/running/open-graph.ts';
import { initialiseGpt2 } from '../../models/training/initialise-gpt2.ts';
import type { Session } from '../../runtime/session.ts';
import type { TensorValue } from '../../runtime/tensor-value.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { CommandDeps } from '../command.ts';

const WARM_RUNS = 3;

/**
 * What it costs to read every layer, and every head, over running for the logits alone. The three graphs are run in turn, so
 * that whatever else the machine does touches all alike. Settings: batch, sequence, width, layers, heads, vocabulary, runs,
 * threads. Weights and tokens are random.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const size = {
    batch: 8,
    sequence: 128,
    width: 384,
    layers: 6,
    heads: 6,
    vocabulary: 8192,
    runs: 15,
    threads: 2,
  };
  for (const key of Object.keys(size) as (keyof typeof size)[]) size[key] = Number(options[key] ?? size[key]);
  const { batch, sequence, layers, vocabulary, runs, threads } = size;
  const whole = buildModelGraph(randomGpt2(size));
  const every = Array.from({ length: layers }, (_, layer) => layer);
  const hidden = [...every, layers].map(hiddenName);
  const variants: Record<string, readonly string[]> = {
    logits: ['logits'],
    layers: ['logits', ...hidden],
    layers_and_heads: ['logits', ...hidden, ...every.map(attentionName)],
  };
  const names = Object.keys(variants);
  const sessions: Session[] = [];
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  const random = createRandom(2, 0);
  const ids: TensorValue = {
    type: 'int64',
    dims: [batch, sequence],
    data: BigInt64Array.from({ length: batch * sequence }, () => BigInt(random.integer(vocabulary))),
  };
  try {
    // Each is a graph of its own that computes what it gives and no more.
    for (const name of names)
      sessions.push(await openGraph(cutModel(whole, { inputs: [], outputs: variants[name] }), { threads }));
    for (let run = 0; run < runs + WARM_RUNS; run++) {
      for (const [at, name] of names.entries()) {
        deps.signal.throwIfAborted();
        const started = performance.now();
        await sessions[at].run({ ids });
        if (run >= WARM_RUNS) times[name].push(performance.now() - started);
      }
    }
  } finally {
    for (const session of sessions) await session.release();
  }
  // The cost is told within each turn, and the median turn counts.
  const cost = (name: string) =>
    100 * (median(times[name].map((time, turn) => time / times.logits[turn])) - 1);
  return {
    simulated: true,
    size,
    logits_ms: median(times.logits),
    layers_ms: median(times.layers),
    layers_and_heads_ms: median(times.layers_and_heads),
    layers_cost_percent: cost('layers'),
    layers_and_heads_cost_percent: cost('layers_and_heads'),
    allowed_percent: 5,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function randomGpt2(size: {
  readonly vocabulary: number;
  readonly sequence: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
}): ModelFolder {
  const { width, layers, heads } = size;
  const sizes = { vocabularySize: size.vocabulary, positions: size.sequence, width, layers, heads };
  const config: ModelConfig = {
    ...sizes,
    family: 'gpt2',
    keyValueHeads: heads,
    headWidth: width / heads,
    epsilon: 1e-5,
    activation: 'gelu-tanh',
    tied: true,
    rotary: null,
    parallelResidual: false,
    paddingId: null,
    modelType: 'gpt2',
  };
  const values = initialiseGpt2(sizes, 1);
  const parameters = new Map(
    gpt2Parameters(sizes).map(({ name, dims }) => [name, { shape: dims, values: values[name] }]),
  );
  return { name: 'random GPT-2', config, parameters };
}
