import { readFileSync } from 'node:fs';

/** What a piece of work took in one process. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident memory of the process with its libraries loaded, before it reads any data. */
  readonly baseMB: number;
  /** Highest resident memory of the whole process, `baseMB` among it. */
  readonly peakMB: number;
}

/**
 * Highest resident memory of this process in MB. Linux tells it per program (VmHWM); what getrusage tells there is
 * carried over from the process that started this one, so it serves only elsewhere.
 */
function peakMemory(): number {
  try {
    const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // No /proc on this system.
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** Starts to measure; call once libraries are loaded. The function returned tells what was taken since. */
export function startMeasuring(): () => Measured {
  const baseMB = process.memoryUsage.rss() / 2 ** 20;
  const before = process.cpuUsage();
  const started = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, cpuSeconds: (user + system) / 1e6, baseMB, peakMB: peakMemory() };
  };
}
