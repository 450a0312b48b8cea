import type { Command } from 'commander';
import type { CommandDeps } from './command.ts';
import { registerCertify } from './model/certify.ts';
import { registerEdit } from './model/edit.ts';
import { registerExport } from './model/export.ts';
import { registerGenerate } from './model/generate.ts';
import { registerInspect } from './model/inspect.ts';
import { registerKeypoints, registerKeypointsNetwork } from './model/keypoints.ts';
import { registerRun } from './model/run.ts';
import { registerScore } from './model/score.ts';
import { registerSeries } from './model/series.ts';
import { registerTaps } from './model/taps.ts';
import { registerTrain } from './model/train.ts';
import { registerTrainKeypoints } from './model/train-keypoints.ts';

/** `gyrus model ...`: checkpoints of Hugging Face folders and GGUF files, layer by layer. */
export function register(program: Command, deps: CommandDeps): void {
  const model = program.command('model').description('run checkpoints and read their layers');
  registerInspect(model, deps);
  registerRun(model, deps);
  registerScore(model, deps);
  registerGenerate(model, deps);
  registerCertify(model, deps);
  registerSeries(model, deps);
  registerTrain(model, deps);
  registerExport(model, deps);
  registerTaps(model, deps);
  registerEdit(model, deps);
  registerKeypoints(model, deps);
  registerKeypointsNetwork(model, deps);
  registerTrainKeypoints(model, deps);
}
