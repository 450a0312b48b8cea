import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type KeypointTraining,
  keypointRunSettingsSchema,
  keypointTrainingResultSchema,
  keypointTrainingSchema,
} from '../../contract/keypoint-training.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import type { CommandDeps } from '../command.ts';
import { runJob } from '../run-job.ts';
import { textTable } from '../text-table.ts';
import { takeUp, withSession } from './find-runs.ts';

interface Flags {
  readonly config?: string;
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** `gyrus model train-keypoints PROJECT`: a keypoint model from the project's own pressure recordings. */
export function registerTrainKeypoints(model: Command, deps: CommandDeps): void {
  model
    .command('train-keypoints')
    .description(
      "train a keypoint model on the project's pressure recordings; Ctrl-C pauses, the same command goes on",
    )
    .argument('<project>', 'project with pressure recordings')
    .option(
      '--config <file>',
      'settings as JSON: name, recordings, leaveOut, preset, keypoints, steps, losses, ...',
    )
    .option('--set <key=value...>', 'settings one by one: name=mats, leaveOut=each, steps=500, ...', [])
    .option('--json', 'print one JSON object')
    .action(async (path: string, flags: Flags) => {
      const training = await readSettings(flags);
      const rows = await withSession(deps, path, async (session) => {
        takeUp(session, 'model.train-keypoints', training);
        const found = keypointTrainingResultSchema.parse(
          await runJob(session, 'model.train-keypoints', training, deps),
        );
        return found.runIds.map((id) => summary(session.project, id));
      });
      const number = (value: number | null) => value?.toFixed(4) ?? '–';
      deps.out(
        flags.json
          ? `${JSON.stringify({ runs: rows })}\n`
          : textTable([
              ['run', 'left out', 'state', 'loss', 'L1', 'SSIM', 'equivariance, cells'],
              ...rows.map(({ id, leftOut, state, loss, l1, ssim, equivariance }) => [
                id,
                leftOut ?? '–',
                state,
                ...[loss, l1, ssim, equivariance].map(number),
              ]),
            ]),
      );
    });
}

async function readSettings({ config, set }: Flags): Promise<KeypointTraining> {
  const given: Record<string, unknown> = { name: 'keypoints' };
  if (config !== undefined) Object.assign(given, await readJson(resolve(config)));
  for (const pair of set) {
    const [key, value = ''] = pair.split(/=(.*)/s);
    given[key] = settingOf(key, value);
  }
  const parsed = keypointTrainingSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const parameter = issue.path.join('.') || set.join(' ');
  throw new UserError('training.params', `The training cannot take ${parameter}: ${issue.message}.`, {
    parameter,
  });
}

/** Numbers and JSON as such; lists of recordings by commas; a subject to leave out by its name. */
function settingOf(key: string, text: string): unknown {
  if (key === 'name' || key === 'preset') return text;
  if (key === 'recordings') return text.split(',');
  if (key === 'leaveOut') return text === 'none' || text === 'each' ? text : { subject: text };
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readJson(path: string): Promise<object> {
  const text = await readFile(path, 'utf8').catch(() => null);
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Said below in one sentence.
  }
  throw new UserError('training.config', `${path} is not a JSON object of training settings.`, { path });
}

/** A finished run with the last value of what it was scored by. */
function summary(project: Project, id: string) {
  const run = project.training.get(id);
  const { leftOut } = keypointRunSettingsSchema.parse(run.settings);
  const last = (name: string): number | null => {
    const info = project.training.metrics.list({ runIds: [id] }).find((metric) => metric.name === name);
    if (info === undefined) return null;
    const [series] = project.training.metrics.series({
      runIds: [id],
      names: [name],
      fromStep: info.lastStep,
    });
    return series?.values.at(-1) ?? null;
  };
  const prefix = leftOut === null ? '' : 'held-out-';
  return {
    id,
    leftOut,
    state: run.state,
    loss: last('loss'),
    l1: last(`${prefix}l1`),
    ssim: last(`${prefix}ssim`),
    equivariance: last(`${prefix}equivariance`),
  };
}
