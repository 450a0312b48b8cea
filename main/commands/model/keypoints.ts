import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import { openProject } from '../../data/open-project.ts';
import { npyBytes } from '../../formats/npy/npy.ts';
import { openPressure } from '../../formats/pressure/open-pressure.ts';
import { encodeModel } from '../../graph/onnx/encode.ts';
import { lightPreset, paperPreset } from '../../models/pressure/config.ts';
import { countWork } from '../../models/pressure/count-work.ts';
import {
  detectorGraph,
  type KeypointModel,
  openDetector,
  untrainedModel,
} from '../../models/pressure/detector.ts';
import { resample } from '../../studies/pressure-keypoints/evaluation-frames.ts';
import { readModel } from '../../studies/pressure-keypoints/model-rows.ts';
import { readTrainedModel } from '../../studies/pressure-keypoints/recordings/trained-model.ts';
import type { CommandDeps } from '../command.ts';

interface Flags {
  readonly run?: string;
  readonly name: string;
  readonly recording?: string;
  readonly floor?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `gyrus model keypoints PROJECT --out DIR`: a keypoint model as ONNX with its card, and its points in a recording. */
export function registerKeypoints(model: Command, deps: CommandDeps): void {
  model
    .command('keypoints')
    .description(
      'write a keypoint model as ONNX with its card, and its keypoints in a recording as CSV and npy',
    )
    .argument('<project>', 'project with a finished study of pressure keypoints')
    .option('--run <id>', 'study run, or training run of keypoints; the newest study when left out')
    .option('--name <name>', 'which of its models: simulated or pmd', 'simulated')
    .option('--recording <file>', 'pressure recording to find keypoints in')
    .option(
      '--floor <value>',
      "pressure under which the recording's cells count as unloaded; the model's own when left out",
    )
    .requiredOption('--out <folder>', 'folder for the files')
    .option('--json', 'print one JSON object')
    .action(async (path: string, flags: Flags) => {
      const found = readFrom(deps, resolve(path), flags);
      const folder = resolve(flags.out);
      await mkdir(folder, { recursive: true });
      const chosen = flags.floor === undefined ? found.model : { ...found.model, floor: Number(flags.floor) };
      await writeFile(join(folder, 'keypoints.onnx'), encodeModel(detectorGraph(chosen, { draw: false })));
      await writeFile(join(folder, 'MODEL-CARD.md'), card(found.run, flags.name, chosen));
      const frames =
        flags.recording === undefined ? 0 : await writePoints(deps, chosen, resolve(flags.recording), folder);
      deps.out(
        flags.json
          ? `${JSON.stringify({ run: found.run, folder, frames })}\n`
          : `Wrote the model ${frames === 0 ? '' : `and keypoints of ${frames} frames `}to ${folder}\n`,
      );
    });
}

/** `gyrus model keypoints-network PRESET --out FILE`: the untrained network, for `model inspect` to count. */
export function registerKeypointsNetwork(model: Command, deps: CommandDeps): void {
  model
    .command('keypoints-network')
    .description('write the untrained keypoint network of a preset as ONNX, for "model inspect" to count')
    .addArgument(new Argument('<preset>', 'which network').choices(['light', 'paper']))
    .requiredOption('--out <file>', 'ONNX file')
    .action(async (preset: string, { out }: { out: string }) => {
      const config = preset === 'paper' ? paperPreset : lightPreset(64, 32, 24);
      await writeFile(resolve(out), encodeModel(detectorGraph(untrainedModel(config, 1), { draw: false })));
      deps.out(`Wrote ${resolve(out)}\n`);
    });
}

function readFrom(deps: CommandDeps, path: string, flags: Flags): { run: string; model: KeypointModel } {
  const project = openProject(path, { logger: deps.logger, access: 'read' });
  try {
    if (flags.run !== undefined && project.training.find(flags.run) !== null)
      return { run: flags.run, model: readTrainedModel(project, flags.run) };
    const run = flags.run ?? project.runs.list({ study: 'pressure-keypoints' })[0]?.id;
    if (run === undefined)
      throw new UserError(
        'study.no-runs',
        'No finished study is in this project; run one first: gyrus study run pressure-keypoints.',
      );
    return { run, model: readModel(project, run, flags.name) };
  } finally {
    project.close();
  }
}

/** Keypoints of every readable frame, with its time: keypoints.csv, and keypoints.npy (frame × keypoint × 3). */
async function writePoints(
  deps: CommandDeps,
  model: KeypointModel,
  path: string,
  folder: string,
): Promise<number> {
  const { rows, cols, keypoints: k } = model.config;
  const recording = await openPressure(path);
  const detector = await openDetector(model);
  const lines = ['frame,time_s,keypoint,pressure,row,column'];
  const all: number[] = [];
  let frames = 0;
  try {
    for (let index = 0; index < recording.frameCount; index++) {
      deps.signal.throwIfAborted();
      if (recording.corruptFrames.includes(index)) continue;
      const raw = (await recording.frame(index)).map((value) => (Number.isNaN(value) ? 0 : value));
      const same = recording.rows === rows && recording.cols === cols;
      const { points } = await detector.detect(
        same ? raw : resample(raw, recording.rows, recording.cols, rows, cols),
      );
      const time =
        recording.times?.[index] ?? (recording.rate === null ? Number.NaN : index / recording.rate);
      for (let point = 0; point < k; point++) {
        const row = ((points[point * 3 + 1] + 0.5) * recording.rows) / rows - 0.5;
        const col = ((points[point * 3 + 2] + 0.5) * recording.cols) / cols - 0.5;
        all.push(points[point * 3], row, col);
        lines.push([index, Number.isNaN(time) ? '' : time, point + 1, points[point * 3], row, col].join(','));
      }
      frames++;
    }
  } finally {
    await detector.release();
    await recording.close();
  }
  await writeFile(join(folder, 'keypoints.csv'), `${lines.join('\n')}\n`);
  await writeFile(
    join(folder, 'keypoints.npy'),
    npyBytes({ shape: [frames, k, 3], data: Float32Array.from(all) }),
  );
  deps.err(`${basename(path)}: ${frames} frames\n`);
  return frames;
}

function card(run: string, name: string, model: KeypointModel): string {
  const { config, floor, fullScale } = model;
  const work = countWork(config);
  const data =
    name === 'pmd'
      ? 'the PhysioNet pressure map dataset, experiment I, without its labels'
      : 'SIMULATED people on a simulated mat, without their joints';
  return [
    '# Pressure keypoints',
    '',
    `Made by Gyrus, study run ${run}, model "${name}". Trained on ${data}.`,
    '',
    `Inputs: \`map\`, the frame between 0 and 1 ((p − ${floor}) / (peak − ${floor}), 0 below ${floor}), and \`absolute\`, the frame itself; both float32 [batch, 1, ${config.rows}, ${config.cols}].`,
    `Output: \`points\`, float32 [batch, ${config.keypoints}, 3]: pressure, row and column (in cells, from 0). \`spread\`: variance of each heat map, cells². Full scale in training: ${fullScale}.`,
    '',
    `${work.encoderParameters} parameters; ${(work.detectionMacs / 1e6).toFixed(1)} M multiply-accumulates a frame.`,
    '',
    'The points carry no anatomical names: nothing told the model what a joint is. Method after Yu et al. 2024 (arXiv 2402.14241), with losses of our own.',
    'Not a medical device: for research and training, not for diagnosis or treatment.',
    '',
  ].join('\n');
}
