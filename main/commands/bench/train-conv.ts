import type { ValueName } from '../../graph/graph-builder.ts';
import { float } from '../../graph/onnx/attributes.ts';
import { operators } from '../../graph/ops/registry.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { openTrainer } from '../../models/training/trainer.ts';
import { buildTrainingGraph, type ParameterSpec } from '../../models/training/training-graph.ts';
import { TOGETHER } from '../../studies/training/train-run.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { CommandDeps } from '../command.ts';
import { runRival } from './python-rival.ts';
import { speedups, type TimedSteps, timeSteps } from './time-steps.ts';

/** The same model, optimizer and batches in PyTorch, eager. */
const script = `
import torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(0); torch.set_num_threads(a["threads"])
C = a["channels"]
def block(i, o, s): return [nn.Conv2d(i, o, 3, s, 1), nn.InstanceNorm2d(o, affine=True), nn.ReLU()]
def up(i, o): return [nn.ConvTranspose2d(i, o, 4, 2, 1), nn.InstanceNorm2d(o, affine=True), nn.ReLU()]
model = nn.Sequential(*block(1, C, 1), *block(C, 2 * C, 2), *block(2 * C, 4 * C, 2), *block(4 * C, 4 * C, 1),
                      *up(4 * C, 2 * C), *up(2 * C, C), nn.Conv2d(C, 1, 3, 1, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
times = []
for step in range(a["steps"] + 5):
    x = torch.randn(a["batch"], 1, a["size"], a["size"])
    t = time.perf_counter()
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad(); loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0); optimizer.step()
    times.append(time.perf_counter() - t)
stop()
times = sorted(times[5:])
ms, undisturbed = (times[int(len(times) * q)] * 1000 for q in (0.5, 0.1))
done(software="torch " + torch.__version__, step_ms=ms, undisturbed_ms=undisturbed, images_per_s=a["batch"] / ms * 1000)
`;

/**
 * Training a convolutional encoder-decoder: convolutions with stride, transposed convolutions, instance normalisation,
 * squared error, AdamW. Settings: batch, size, channels, steps, threads, together (as in train-gpt). The images are simulated
 * noise.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const settings = { batch: 8, size: 64, channels: 16, steps: 30, threads: 2, together: TOGETHER };
  for (const key of Object.keys(settings) as (keyof typeof settings)[])
    settings[key] = Number(options[key] ?? settings[key]);
  const { batch, size, channels, steps, threads, together } = settings;
  const { training, parameters } = buildConv({ batch, size, channels });
  const random = createRandom(1);
  const initial = Object.fromEntries(
    parameters.map(({ name, dims }) => {
      const values = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
      const spread = dims.length === 1 ? 0 : Math.sqrt(2 / (values.length / dims[0]));
      return [name, name.endsWith('.scale') ? values.fill(1) : values.map(() => spread * random.normal())];
    }),
  );
  const trainer = await openTrainer(training, initial, { beta1: 0.9, beta2: 0.999 }, { threads, together });
  const batchOf = () => {
    const data = new Float32Array(batch * size * size).map(() => random.normal());
    return { image: { type: 'float32', dims: [batch, 1, size, size], data } } as const;
  };
  let timed: TimedSteps;
  try {
    timed = await timeSteps(trainer, batchOf, steps, 1e-3, deps.signal);
  } finally {
    await trainer.release();
  }
  deps.err('The same with PyTorch ...\n');
  const rival = await runRival(script, settings, threads, deps.signal);
  return {
    simulated: true,
    settings,
    nodes: training.model.graph.nodes.length,
    ...timed,
    images_per_s: (batch * 1000) / timed.step_ms,
    rival,
    ...speedups(rival, timed),
  };
}

/** The training graph: three resolutions down and up again. */
function buildConv({ batch, size, channels }: { batch: number; size: number; channels: number }) {
  const graph = new TypedGraph('train-conv', operators);
  const image = graph.input('image', 'float32', [batch, 1, size, size]);
  const layers = new LayerStack(graph);
  let value = layers.block(image, 1, channels, 1);
  value = layers.block(value, channels, 2 * channels, 2);
  value = layers.block(value, 2 * channels, 4 * channels, 2);
  value = layers.block(value, 4 * channels, 4 * channels, 1);
  value = layers.up(value, 4 * channels, 2 * channels);
  value = layers.up(value, 2 * channels, channels);
  const difference = graph.sub(layers.convolution(value, channels, 1, 1), image);
  const loss = graph.mean(graph.mul(difference, difference), [0, 1, 2, 3], false);
  return {
    parameters: layers.parameters,
    training: buildTrainingGraph(graph, loss, layers.parameters, adam({ weightDecay: 0.01 }), 1),
  };
}

/** Layers by name, and the parameters that they brought. */
class LayerStack {
  readonly parameters: ParameterSpec[] = [];
  private readonly graph: TypedGraph;

  constructor(graph: TypedGraph) {
    this.graph = graph;
  }

  /** 3 × 3 convolution that keeps the size, or halves it with a stride of 2. */
  convolution(value: ValueName, inputs: number, outputs: number, stride: number): ValueName {
    const weights = [this.parameter([outputs, inputs, 3, 3], 'weight'), this.parameter([outputs], 'bias')];
    const attributes = { pads: [1, 1, 1, 1], strides: [stride, stride], kernel_shape: [3, 3] };
    return this.graph.node('Conv', [value, ...weights], attributes);
  }

  block(value: ValueName, inputs: number, outputs: number, stride: number): ValueName {
    return this.activated(this.convolution(value, inputs, outputs, stride), outputs);
  }

  /** 4 × 4 transposed convolution that doubles the size. */
  up(value: ValueName, inputs: number, outputs: number): ValueName {
    const weights = [this.parameter([inputs, outputs, 4, 4], 'weight'), this.parameter([outputs], 'bias')];
    const attributes = { pads: [1, 1, 1, 1], strides: [2, 2], kernel_shape: [4, 4] };
    return this.activated(this.graph.node('ConvTranspose', [value, ...weights], attributes), outputs);
  }

  private activated(value: ValueName, channels: number): ValueName {
    const affine = [this.parameter([channels], 'scale'), this.parameter([channels], 'bias')];
    const normal = this.graph.node('InstanceNormalization', [value, ...affine], { epsilon: float(1e-5) });
    return this.graph.node('Relu', [normal]);
  }

  private parameter(dims: readonly number[], kind: string): ValueName {
    const name = `${this.parameters.length}.${kind}`;
    this.parameters.push({ name, dims, decayed: dims.length > 1 });
    return this.graph.input(name, 'float32', dims);
  }
}
