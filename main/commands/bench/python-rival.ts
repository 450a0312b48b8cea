import { spawn } from 'node:child_process';

/** What a rival measured: seconds, peak resident memory in MB, and what else its script printed. */
export type RivalResult = Readonly<Record<string, unknown>> & {
  readonly seconds: number;
  readonly peakMB: number;
};

/** Why there is no rival, or its numbers. */
export type Rival = { readonly missing: string } | RivalResult;

/** Adds to every script: arguments in `a`; `stop()`, which ends the measurement; `done(**more)`, which prints it. */
const prelude = `
import json, resource, sys, time
a = json.loads(sys.argv[1])
start = time.perf_counter()
measured = {}
def stop():
    measured.update(seconds=time.perf_counter() - start, cpuSeconds=time.process_time(), peakMB=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
def done(**more):
    if not measured:
        stop()
    print(json.dumps(dict(**measured, **more)))
`;

/**
 * Runs a Python script beside us with the same number of threads. GYRUS_PYTHON names the interpreter, else python3.
 * A missing interpreter or package is no fault: the bench then stands alone and says why.
 */
export async function runRival(
  script: string,
  args: object,
  threads: number,
  signal: AbortSignal,
): Promise<Rival> {
  const python = process.env.GYRUS_PYTHON ?? 'python3';
  const limits = Object.fromEntries(
    ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].map((name) => [name, String(threads)]),
  );
  return new Promise((resolve) => {
    const child = spawn(python, ['-W', 'ignore', '-c', prelude + script, JSON.stringify(args)], {
      env: { ...process.env, ...limits },
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    child.on('error', (fault) => resolve({ missing: `${python}: ${fault.message}` }));
    child.on('close', (code) => {
      const last = (code === 0 ? out : err).trim().split('\n').at(-1) ?? '';
      resolve(
        code === 0
          ? (JSON.parse(last) as RivalResult)
          : { missing: `${python}: ${last || `ended with ${code}`}` },
      );
    });
  });
}

/** Python lines that put himalaya on torch with `a["threads"]` threads and define `put` and `get` for arrays. */
export const himalayaOnTorch = `
import himalaya, numpy as np, torch
from himalaya.backend import set_backend
torch.set_num_threads(a["threads"])
backend = set_backend("torch")
put = lambda array: torch.from_numpy(np.ascontiguousarray(array))
get = backend.to_numpy
software = "himalaya " + himalaya.__version__ + " on torch " + torch.__version__
`;

/** What we took since `started` (performance.now()): wall and processor seconds of this process, and its peak memory. */
export function measureSince(started: number): { seconds: number; cpuSeconds: number; peakMB: number } {
  const { user, system } = process.cpuUsage();
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMB: process.resourceUsage().maxRSS / 1024,
  };
}

/** Our seconds and memory over the rival's, where there is one. */
export function compare(ours: { seconds: number; peakMB: number }, rival: Rival): Record<string, unknown> {
  if ('missing' in rival) return { rival };
  const rounded = (value: number): number => Number(value.toFixed(2));
  return {
    rival,
    timesFaster: rounded(rival.seconds / ours.seconds),
    memoryShare: rounded(ours.peakMB / rival.peakMB),
  };
}
