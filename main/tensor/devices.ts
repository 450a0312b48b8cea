import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { loadNative } from '../runtime/native-session.ts';
import {
  type DeviceChoice,
  type ProviderName,
  providersToTry,
  runtimeVersion,
} from '../runtime/providers.ts';
import type { TensorValue } from '../runtime/tensor-value.ts';

const providerSchema = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
const benchmarkSchema = z.object({
  machine: z.string(),
  providers: z.array(
    z.object({
      name: providerSchema,
      milliseconds: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  fastest: providerSchema,
});

/** What each provider took for the same small piece of a Transformer, and which was the fastest. */
export type DeviceBenchmark = z.infer<typeof benchmarkSchema>;

/** Size of the measured work: rows (tokens), width, repetitions of the block. 1.2 · 10⁹ multiplications and additions. */
const ROWS = 256;
const WIDTH = 384;
const BLOCKS = 2;
const PRODUCTS = 2 * BLOCKS * ROWS * WIDTH * 4 * WIDTH;
/** Many where they are short, because anything else that runs disturbs some of them. */
const LEAST_RUNS = 3;
const MOST_RUNS = 20;
const ENOUGH_MS = 200;
/** A GPU must be clearly faster to be chosen: what it gains by a hair is lost on the first copy. */
const CLEAR_GAIN = 1.2;

/** What a measurement is good for: this processor with this version of the runtime. */
function machineName(): string {
  const processors = cpus();
  return `${process.platform} ${process.arch}, ${processors[0]?.model ?? 'unknown'} × ${processors.length}, ONNX Runtime ${runtimeVersion()}`;
}

/** A feed-forward block of a Transformer, repeated; weights are constants. */
function workload(): Uint8Array {
  const graph = new GraphBuilder('device-benchmark');
  let value = graph.input('x', 'float32', [ROWS, WIDTH]);
  const wave = (length: number) => Float32Array.from({ length }, (_, at) => Math.sin(at) / 16);
  for (let block = 0; block < BLOCKS; block++) {
    const up = graph.constant('float32', [WIDTH, 4 * WIDTH], wave(4 * WIDTH * WIDTH));
    const down = graph.constant('float32', [4 * WIDTH, WIDTH], wave(4 * WIDTH * WIDTH));
    const inner = graph.node('Gelu', [graph.node('MatMul', [value, up])]);
    const sum = graph.node('Add', [value, graph.node('MatMul', [inner, down])]);
    const scale = graph.constant('float32', [WIDTH], new Float32Array(WIDTH).fill(1));
    value = graph.node('LayerNormalization', [sum, scale], { axis: -1 });
  }
  graph.output(value, 'float32', [ROWS, WIDTH], 'y');
  return encodeModel(graph.build());
}

function tokens(): TensorValue {
  const data = Float32Array.from({ length: ROWS * WIDTH }, (_, at) => Math.cos(at));
  return { type: 'float32', dims: [ROWS, WIDTH], data };
}

/** Measures every provider that could be tried: best of some runs after one to warm up. */
export async function measureDevices(
  names: readonly ProviderName[] = providersToTry(),
): Promise<DeviceBenchmark> {
  const model = workload();
  const x = tokens();
  const providers: DeviceBenchmark['providers'] = [];
  for (const name of names) {
    try {
      providers.push({ name, milliseconds: await measure(model, name, x), reason: null });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message.split('\n')[0].slice(0, 300) : String(thrown);
      providers.push({ name, milliseconds: null, reason });
    }
  }
  return { machine: machineName(), providers, fastest: fastestOf(providers) };
}

async function measure(model: Uint8Array, name: ProviderName, x: TensorValue): Promise<number> {
  const session = await loadNative(model, name, {});
  try {
    await session.run({ x }, {});
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0, spent = 0; run < LEAST_RUNS || (run < MOST_RUNS && spent < ENOUGH_MS); run++) {
      const started = performance.now();
      await session.run({ x }, {});
      const took = performance.now() - started;
      best = Math.min(best, took);
      spent += took;
    }
    return best;
  } finally {
    await session.release();
  }
}

/** The fastest provider; the processor unless another is faster by a clear factor. */
export function fastestOf(providers: DeviceBenchmark['providers']): ProviderName {
  const timeOf = (name: ProviderName) =>
    providers.find((provider) => provider.name === name)?.milliseconds ?? Number.POSITIVE_INFINITY;
  const [best] = providers
    .filter(({ name, milliseconds }) => name !== 'cpu' && milliseconds !== null)
    .sort((a, b) => timeOf(a.name) - timeOf(b.name));
  return best !== undefined && timeOf(best.name) * CLEAR_GAIN < timeOf('cpu') ? best.name : 'cpu';
}

/**
 * The kept measurement of this machine, or a new one where there is none, it is of another machine, or it cannot be read.
 * @param file JSON beside the user's settings
 */
export async function deviceBenchmark(
  file: string,
  options: { readonly again?: boolean; readonly measure?: () => Promise<DeviceBenchmark> } = {},
): Promise<DeviceBenchmark> {
  const kept = options.again ? null : readKept(file);
  if (kept !== null) return kept;
  const benchmark = await (options.measure ?? measureDevices)();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(benchmark, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return benchmark;
}

function readKept(file: string): DeviceBenchmark | null {
  try {
    const kept = benchmarkSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return kept.machine === machineName() ? kept : null;
  } catch {
    // Missing or damaged: a measurement is quickly made again.
    return null;
  }
}

/** The provider that a choice means on this machine. @param file as for `deviceBenchmark` */
export async function resolveDevice(choice: DeviceChoice, file: string): Promise<ProviderName> {
  return choice === 'auto' ? (await deviceBenchmark(file)).fastest : choice;
}

/**
 * Multiply-adds per second of plain products on a device. The processor is measured now, in some milliseconds, because
 * what else it does counts; a card is taken from the kept measurement, and the processor's speed where there is none.
 * @param file as for `deviceBenchmark`
 */
export async function measuredSpeed(choice: DeviceChoice, file: string): Promise<number> {
  const kept = readKept(file);
  const name = choice === 'auto' ? kept?.fastest : choice;
  const card = kept?.providers.find((provider) => provider.name === name && name !== 'cpu')?.milliseconds;
  return (PRODUCTS * 1000) / (card ?? (await measure(workload(), 'cpu', tokens())));
}
