import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Preflight } from '../contract/jobs.ts';
import { UserError } from '../core/errors.ts';

/** What this machine has left right now. */
export interface Resources {
  readonly freeMemoryBytes: number;
  /** On the disk that holds the project. */
  readonly freeDiskBytes: number;
}

/** Memory that can still be had (containers' limits counted) and space on the project's disk. */
export function measureResources(projectPath: string): Resources {
  const disk = statfsSync(dirname(projectPath));
  return { freeMemoryBytes: process.availableMemory(), freeDiskBytes: disk.bavail * disk.bsize };
}

/** The operating system and the page want some memory as well. */
const sparedMemory = 256 * 1024 ** 2;

/** A preflight that says no where the machine has too little left, whatever the job type thought. */
export function judge(estimate: Preflight, resources: Resources): Preflight {
  if (!estimate.fits) return estimate;
  const refusal = refusalFor(estimate, resources);
  return refusal === null ? estimate : { ...estimate, fits: false, reason: refusal.toInfo() };
}

function refusalFor(estimate: Preflight, resources: Resources): UserError | null {
  const memory = Math.max(0, resources.freeMemoryBytes - sparedMemory);
  if (estimate.peakMemoryBytes > memory) {
    const [need, have] = [gigabytes(estimate.peakMemoryBytes), gigabytes(memory)];
    return new UserError(
      'job.too-little-memory',
      `This needs about ${need} GB of memory and ${have} GB are free: close other programs, or take less at once: fewer voxels or features, a smaller model or batch.`,
      { need, have },
    );
  }
  if (estimate.diskBytes > resources.freeDiskBytes) {
    const [need, have] = [gigabytes(estimate.diskBytes), gigabytes(resources.freeDiskBytes)];
    return new UserError(
      'job.too-little-disk',
      `This needs about ${need} GB on the project's disk and ${have} GB are free: free some space, or move the project.`,
      { need, have },
    );
  }
  return null;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1);
}
