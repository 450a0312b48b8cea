import { performance } from 'node:perf_hooks';
import { operators } from '../../graph/ops/registry.ts';
import { adam } from '../../graph/optimizers/adam.ts';
import { TypedGraph } from '../../graph/typed-graph.ts';
import { type Gpt2Config, gpt2, gpt2Parameters, nextTokenLoss } from '../../models/architectures/gpt2.ts';
import { initialiseGpt2 } from '../../models/training/initialise-gpt2.ts';
import { openTrainer } from '../../models/training/trainer.ts';
import { buildTrainingGraph } from '../../models/training/training-graph.ts';
import type { TensorValue } from '../../runtime/tensor-value.ts';
import { TOGETHER } from '../../studies/training/train-run.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import type { CommandDeps } from '../command.ts';
import { runRival } from './python-rival.ts';
import { speedups, type TimedSteps, timeSteps } from './time-steps.ts';

const CLIP = 1;
const RATE = 1e-3;
const DECAY = { beta1: 0.9, beta2: 0.999 };

/** The same model, optimizer and batches in PyTorch, eager, as one would write it there. */
const script = `
import torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(0); torch.set_num_threads(a["threads"])
B, S, D, L, H, V = (a[k] for k in ("batch", "sequence", "width", "layers", "heads", "vocabulary"))
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(D), nn.LayerNorm(D)
        self.qkv, self.proj = nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.up, self.down = nn.Linear(D, 4 * D), nn.Linear(4 * D, D)
        self.register_buffer("mask", torch.full((S, S), float("-inf")).triu(1))
    def forward(self, x):
        q, k, v = (t.view(B, S, H, D // H).transpose(1, 2) for t in self.qkv(self.ln1(x)).split(D, dim=2))
        w = torch.softmax(q @ k.transpose(-2, -1) / (D // H) ** 0.5 + self.mask, -1)
        x = x + self.proj((w @ v).transpose(1, 2).reshape(B, S, D))
        return x + self.down(F.gelu(self.up(self.ln2(x)), approximate='tanh'))
class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(V, D), nn.Embedding(S, D)
        self.blocks, self.ln = nn.ModuleList([Block() for _ in range(L)]), nn.LayerNorm(D)
    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(S))
        for block in self.blocks: x = block(x)
        return self.ln(x) @ self.wte.weight.t()
model = GPT()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
times = []
for step in range(a["steps"] + 5):
    ids = torch.randint(0, V, (B, S)); targets = torch.randint(0, V, (B, S))
    t = time.perf_counter()
    loss = F.cross_entropy(model(ids).view(-1, V), targets.view(-1))
    optimizer.zero_grad(); loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0); optimizer.step()
    times.append(time.perf_counter() - t)
stop()
times = sorted(times[5:])
ms, undisturbed = (times[int(len(times) * q)] * 1000 for q in (0.5, 0.1))
done(software="torch " + torch.__version__, step_ms=ms, undisturbed_ms=undisturbed, tokens_per_s=B * S / ms * 1000)
`;

/**
 * Training a small GPT: forward, backward, clipping and AdamW as one graph. Settings: batch, sequence, width, layers,
 * heads, vocabulary, steps, threads, together (steps that are also measured as one run; 1 leaves that out). The text is
 * simulated: every token is mostly decided by the one before it.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const size = {
    batch: 16,
    sequence: 64,
    width: 128,
    layers: 4,
    heads: 4,
    vocabulary: 2048,
    steps: 40,
    threads: 2,
    together: TOGETHER,
  };
  for (const key of Object.keys(size) as (keyof typeof size)[]) size[key] = Number(options[key] ?? size[key]);
  const { batch, sequence, steps, threads, together, vocabulary } = size;
  const config: Gpt2Config = {
    vocabularySize: vocabulary,
    positions: sequence,
    width: size.width,
    layers: size.layers,
    heads: size.heads,
  };
  const started = performance.now();
  const graph = new TypedGraph('train-gpt', operators);
  const ids = graph.input('ids', 'int64', [batch, sequence]);
  const targets = graph.input('targets', 'int64', [batch * sequence]);
  const parameters = gpt2Parameters(config);
  for (const { name, dims } of parameters) graph.input(name, 'float32', dims);
  const loss = nextTokenLoss(graph, gpt2(graph, config, ids, batch, sequence).logits, targets);
  const training = buildTrainingGraph(graph, loss, parameters, adam({ weightDecay: 0.01 }), CLIP);
  const trainer = await openTrainer(training, initialiseGpt2(config, 1), DECAY, { threads, together });
  const buildSeconds = (performance.now() - started) / 1000;
  const random = createRandom(1, 1000);
  const batchOf = () => simulatedBatch(random, batch, sequence, vocabulary);
  let timed: TimedSteps;
  try {
    timed = await timeSteps(trainer, batchOf, steps, RATE, deps.signal);
  } finally {
    await trainer.release();
  }
  deps.err('The same with PyTorch ...\n');
  const rival = await runRival(script, size, threads, deps.signal);
  return {
    simulated: true,
    size,
    nodes: training.model.graph.nodes.length,
    parameters: parameters.reduce(
      (sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1),
      0,
    ),
    build_s: buildSeconds,
    ...timed,
    tokens_per_s: (batch * sequence * 1000) / timed.step_ms,
    rival,
    ...speedups(rival, timed),
  };
}

/** Token t + 1 is 3t + 7 modulo the vocabulary in nine cases of ten, else any. */
function simulatedBatch(
  random: Random,
  batch: number,
  sequence: number,
  vocabulary: number,
): Record<string, TensorValue> {
  const ids = new BigInt64Array(batch * sequence);
  const targets = new BigInt64Array(batch * sequence);
  for (let row = 0; row < batch; row++) {
    let token = random.integer(vocabulary);
    for (let at = row * sequence; at < (row + 1) * sequence; at++) {
      ids[at] = BigInt(token);
      token = random.uniform() < 0.9 ? (3 * token + 7) % vocabulary : random.integer(vocabulary);
      targets[at] = BigInt(token);
    }
  }
  return {
    ids: { type: 'int64', dims: [batch, sequence], data: ids },
    targets: { type: 'int64', dims: [batch * sequence], data: targets },
  };
}
