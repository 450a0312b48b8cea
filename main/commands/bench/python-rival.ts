import { spawn } from 'node:child_process';
import type { Measured } from './measure.ts';

/** What a rival measured, and what else its script printed. */
export type RivalResult = Readonly<Record<string, unknown>> & Measured & { readonly missing?: undefined };

/** Why there is no rival, or its numbers. */
export type Rival = { readonly missing: string; readonly late?: true } | RivalResult;

/**
 * Adds to every script: arguments in `a`; `begin()`, which starts the measurement once libraries are imported (else it
 * starts with the script); `stop()`, which ends it; `done(**more)`, which prints it. Memory is told as in measure.ts.
 */
const prelude = `
import json, os, resource, sys, time
a = json.loads(sys.argv[1])
measured = {}
def memory(key):
    try:
        return int(next(line for line in open("/proc/self/status") if line.startswith(key)).split()[1]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2 ** 20 if sys.platform == "darwin" else 1024)
def begin():
    global start, cpu, base
    start, cpu, base = time.perf_counter(), time.process_time(), memory("VmRSS")
def stop():
    measured.update(seconds=time.perf_counter() - start, cpuSeconds=time.process_time() - cpu, baseMB=base, peakMB=memory("VmHWM"))
def done(**more):
    if not measured:
        stop()
    print(json.dumps({**measured, **more}))
begin()
`;

/**
 * Runs a Python script beside us with the same number of threads. GYRUS_PYTHON names the interpreter, else python3.
 * A missing interpreter or package is no fault: the bench then stands alone and says why. So is a rival that is ended
 * because it is not done after `limitSeconds`.
 */
export async function runRival(
  script: string,
  args: object,
  threads: number,
  signal: AbortSignal,
  limitSeconds?: number,
): Promise<Rival> {
  const python = process.env.GYRUS_PYTHON ?? 'python3';
  const limits = Object.fromEntries(
    ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].map((name) => [name, String(threads)]),
  );
  return new Promise((resolve) => {
    const child = spawn(python, ['-W', 'ignore', '-c', prelude + script, JSON.stringify(args)], {
      env: { ...process.env, ...limits },
      signal,
      ...(limitSeconds === undefined ? {} : { timeout: limitSeconds * 1000 }),
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
      if (code === 0) return resolve(JSON.parse(out.trim().split('\n').at(-1) ?? '') as RivalResult);
      const late = child.killed && !signal.aborted;
      if (late) return resolve({ missing: `${python}: not done after ${limitSeconds} s`, late });
      const last = err.trim().split('\n').at(-1) ?? '';
      resolve({ missing: `${python}: ${last || `ended with ${code}`}` });
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

const rounded = (value: number): number => Number(value.toFixed(3));

/**
 * The rival's seconds over ours, and our memory over the rival's: of whole processes, and of what was added to libraries
 * that were loaded before the work began. `timesLessCpu` compares processor seconds, which other programs on the
 * machine disturb less.
 */
export function compare(ours: Measured, rival: Rival): Record<string, unknown> {
  if (rival.missing !== undefined) return { rival };
  return {
    rival,
    timesFaster: rounded(rival.seconds / ours.seconds),
    timesLessCpu: rounded(rival.cpuSeconds / ours.cpuSeconds),
    memoryShare: rounded(ours.peakMB / rival.peakMB),
    memoryShareAboveBase: rounded((ours.peakMB - ours.baseMB) / (rival.peakMB - rival.baseMB)),
  };
}
