import type { Command } from 'commander';
import type { CommandDeps } from './command.ts';
import { registerBanded } from './fit/banded.ts';
import { registerCeiling } from './fit/ceiling.ts';
import { registerCluster } from './fit/cluster.ts';
import { registerPermute } from './fit/permute.ts';
import { registerRidge } from './fit/ridge.ts';
import { registerRsa } from './fit/rsa.ts';
import { registerSearchlight } from './fit/searchlight.ts';
import { registerSimilarity } from './fit/similarity.ts';
import { registerStacked } from './fit/stacked.ts';

/** `gyrus fit MODEL ...`: models on .npy arrays, so that anyone can check a number with other software. */
export function register(program: Command, deps: CommandDeps): void {
  const fit = program.command('fit').description('fit models to .npy arrays');
  registerRidge(fit, deps);
  registerBanded(fit, deps);
  registerStacked(fit, deps);
  registerSimilarity(fit, deps);
  registerRsa(fit, deps);
  registerCeiling(fit, deps);
  registerSearchlight(fit, deps);
  registerPermute(fit, deps);
  registerCluster(fit, deps);
}
