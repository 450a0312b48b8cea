import type { CommandModule } from './command.ts';

/**
 * First word of a command line → the file that registers it. Only the file that is asked for is loaded, so that
 * `gyrus info` never waits for a model runtime. A file that registers several nouns stands here once for each.
 */
export const nouns: Readonly<Record<string, () => Promise<CommandModule>>> = {
  bench: () => import('./bench.ts'),
  clock: () => import('./clock.ts'),
  demo: () => import('./demo.ts'),
  devices: () => import('./devices.ts'),
  export: () => import('./export.ts'),
  fit: () => import('./fit.ts'),
  gradcheck: () => import('./gradcheck.ts'),
  import: () => import('./import.ts'),
  info: () => import('./project.ts'),
  inspect: () => import('./inspect.ts'),
  model: () => import('./model.ts'),
  new: () => import('./project.ts'),
  presets: () => import('./presets.ts'),
  report: () => import('./report.ts'),
  sample: () => import('./sample.ts'),
  serve: () => import('./serve.ts'),
  study: () => import('./study.ts'),
  verify: () => import('./verify.ts'),
};
