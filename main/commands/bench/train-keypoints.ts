import { performance } from 'node:perf_hooks';
import { lightPreset } from '../../models/pressure/config.ts';
import { paperObjective } from '../../models/pressure/losses.ts';
import { openKeypointRun } from '../../models/pressure/train-keypoints.ts';
import { noWarp } from '../../models/pressure/warp.ts';
import { simulateMat } from '../../studies/pressure-keypoints/simulated/simulate-mat.ts';
import type { CommandDeps } from '../command.ts';
import { runRival } from './python-rival.ts';

const WARM_STEPS = 3;

/** The same network, losses and optimizer in PyTorch, eager; weights and maps are random, which costs the same. */
const script = `
import torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(0); torch.set_num_threads(a["threads"])
c = a["config"]; R, C, K = c["rows"], c["cols"], c["keypoints"]
S = c["stemStride"]
for b in c["blocks"]: S *= b["stride"]
GR, GC = R // S, C // S
params = {}
def par(name, dims, fill=None):
    if name not in params:
        fan = dims[0] if len(dims) == 2 else max(1, torch.Size(dims).numel() // dims[0])
        value = torch.randn(dims) * (2 / fan) ** 0.5 if fill is None else torch.full(dims, fill)
        params[name] = nn.Parameter(value)
    return params[name]
def conv(x, name, out, k, stride=1, dilation=1, depthwise=False, bias=False):
    i = x.shape[1]
    w = par(name + ".weight", (out, 1 if depthwise else i, k, k))
    return F.conv2d(x, w, par(name + ".bias", (out,), 0.0) if bias else None, stride, (k - 1) * dilation // 2, dilation, i if depthwise else 1)
def norm(x, name):
    i = x.shape[1]
    return F.instance_norm(x, weight=par(name + ".weight", (i,), 1.0), bias=par(name + ".bias", (i,), 0.0))
def cnorm(x, name):
    i = x.shape[1]
    return F.layer_norm(x.flatten(1), (i,), par(name + ".weight", (i,), 1.0), par(name + ".bias", (i,), 0.0))[..., None, None]
def act(x, kind): return F.relu(x) if kind == "relu" else F.hardswish(x)
def excite(x, n):
    i = x.shape[1]; p = F.adaptive_avg_pool2d(x, 1)
    s = F.relu(cnorm(conv(p, n + ".s", i // 4, 1), n + ".sn"))
    return x * F.hardsigmoid(cnorm(conv(s, n + ".w", i, 1), n + ".wn"))
def dense(x, n, out): return x @ par(n + ".weight", (x.shape[1], out)) + par(n + ".bias", (out,), 0.0)
def encode(x):
    h = F.hardswish(norm(conv(x, "stem", c["stem"], 3, c["stemStride"]), "stem_n"))
    for j, b in enumerate(c["blocks"]):
        n = "b%d" % j
        y = act(norm(conv(h, n + "e", b["expand"], 1), n + "en"), b["activation"])
        y = act(norm(conv(y, n + "d", b["expand"], b["kernel"], b["stride"], b["dilation"], True), n + "dn"), b["activation"])
        y = norm(conv(y, n + "p", b["out"], 1), n + "pn")
        if b["excite"]: y = excite(y, n + "x")
        if b["stride"] == 1: y = y + (h if h.shape[1] == b["out"] else norm(conv(h, n + "s", b["out"], 1), n + "sn"))
        h = y
    return torch.softmax(norm(conv(h, "head", K, 1), "head_n").flatten(2), -1)
mid = (S - 1) / 2
cells = torch.stack([(torch.arange(GR) * S + mid).repeat_interleave(GC), (torch.arange(GC) * S + mid).repeat(GR)], 1)
def decode(places):
    code = dense((places / max(R, C)).flatten(1), "fuse", 4 * K)
    x = F.relu(norm(dense(code, "line", GR * GC).reshape(-1, 1, GR, GC), "line_n"))
    r2 = ((places[:, :, None] - cells) ** 2).sum(-1)
    x = torch.cat([x, torch.exp(-r2 / (2 * (S * c["rendered"]) ** 2)).reshape(-1, K, GR, GC)], 1)
    x = F.relu(norm(conv(x, "wide", c["decoder"][0], 3), "wide_n"))
    for j, channels in enumerate(c["decoder"][1:]):
        n = "l%d" % j; i = x.shape[1]
        full = norm(conv(x, n + "f", i, 3), n + "fn")
        half = F.relu(norm(conv(x, n + "h", i, 3, 2), n + "hn"))
        x = F.relu(full + F.interpolate(half, scale_factor=2, mode="nearest"))
        x = sum(conv(x, n + "d%d" % d, i, 3, dilation=d) for d in (1, 3, 5))
        x = F.relu(norm(x, n + "dd"))
        x = F.relu(norm(F.conv_transpose2d(x, par(n + "u.weight", (i, channels, 2, 2)), stride=2), n + "un"))
    return conv(x, "draw", 1, 3, bias=True)
g = torch.exp(-((torch.arange(11) - 5.0) ** 2) / 4.5); w = torch.outer(g, g); w = (w / w.sum())[None, None]
def ssim(x, y):
    m = lambda v: F.conv2d(v, w)
    mx, my = m(x), m(y); vx, vy, vxy = m(x * x) - mx ** 2, m(y * y) - my ** 2, m(x * y) - mx * my
    return (((2 * mx * my + 1e-4) * (2 * vxy + 9e-4)) / ((mx ** 2 + my ** 2 + 1e-4) * (vx + vy + 9e-4))).mean()
def loss_of(x):
    drawn = decode(encode(x) @ cells)
    return (drawn - x).abs().mean() + F.mse_loss(drawn, x) + 1 - ssim(drawn, x)
loss_of(torch.rand(2, 1, R, C))
optimizer = torch.optim.Adam(list(params.values()), lr=1e-3)
times = []
for step in range(a["steps"] + 3):
    x = torch.rand(a["batch"], 1, R, C)
    t = time.perf_counter()
    loss = loss_of(x); optimizer.zero_grad(); loss.backward()
    nn.utils.clip_grad_norm_(list(params.values()), 5.0); optimizer.step()
    times.append(time.perf_counter() - t)
stop()
ms = sorted(times[3:])[len(times[3:]) // 2] * 1000
done(software="torch " + torch.__version__, step_ms=ms, parameters=sum(p.numel() for p in params.values()))
`;

/**
 * One training step of the light keypoint model with the paper's losses: forward, backward, clipping, Adam; our batch
 * is made of simulated frames, augmented and normalised, which counts. Settings: keypoints, batch, steps, threads.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const settings = { keypoints: 24, batch: 12, steps: 30, threads: 2 };
  for (const key of Object.keys(settings) as (keyof typeof settings)[])
    settings[key] = Number(options[key] ?? settings[key]);
  const { keypoints, batch, steps, threads } = settings;
  const config = lightPreset(64, 32, keypoints);
  const run = openKeypointRun(
    {
      config,
      objective: paperObjective,
      classificationSteps: 0,
      regressionSteps: steps + WARM_STEPS,
      frozenSteps: 0,
      batch,
      learningRate: 1e-3,
      seed: 1,
      floor: 0.5,
      fullScale: 10,
      augment: noWarp,
      warp: noWarp,
    },
    simulateMat({ subjects: 2, poses: 2, frames: 3 }),
    { threads },
  );
  const times: number[] = [];
  const losses: number[] = [];
  try {
    await run.prepare();
    while (run.step < run.totalSteps) {
      deps.signal.throwIfAborted();
      const before = performance.now();
      losses.push((await run.advance()).loss);
      times.push(performance.now() - before);
    }
  } finally {
    await run.release();
  }
  const parameters = [...run.shapes]
    .filter(([name]) => !/\.(m|v)$/.test(name))
    .reduce((sum, [, dims]) => sum + dims.reduce((product, dim) => product * dim, 1), 0);
  const kept = times.slice(WARM_STEPS).sort((a, b) => a - b);
  const stepMs = kept[Math.floor(kept.length / 2)];
  deps.err('The same with PyTorch ...\n');
  const rival = await runRival(script, { ...settings, config }, threads, deps.signal);
  return {
    simulated: true,
    settings,
    parameters,
    step_ms: stepMs,
    frames_per_s: (batch * 1000) / stepMs,
    loss: { first: losses[0], last: losses.at(-1) },
    rival,
    speedup: 'step_ms' in rival ? Number(rival.step_ms) / stepMs : null,
  };
}
