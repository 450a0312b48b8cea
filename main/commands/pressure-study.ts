import { composeServices } from '../compose.ts';
import {
  type JointScore,
  type PostureScore,
  type PressureKeypointsResult,
  pressureKeypointsParamsSchema,
  pressureKeypointsResultSchema,
} from '../contract/pressure-keypoints.ts';
import { UserError } from '../core/errors.ts';
import type { CommandDeps } from './command.ts';
import { runJob } from './run-job.ts';
import { textTable } from './text-table.ts';

/** `gyrus study run pressure-keypoints`: runs the study on simulated mats, and on pmd where its folder is given. */
export async function runPressureStudy(
  deps: CommandDeps,
  path: string,
  settings: readonly string[],
  json: boolean,
): Promise<string> {
  const pairs = settings.map((pair) => pair.split(/=(.*)/s).slice(0, 2));
  const given = Object.fromEntries(pairs.map(([key, value]) => [key, key === 'pmd' ? value : Number(value)]));
  const parsed = pressureKeypointsParamsSchema.strict().safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const parameter = issue.path.join('.') || settings.join(' ');
    throw new UserError('study.params', `The study cannot take ${parameter}: ${issue.message}.`, {
      parameter,
    });
  }
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const session = services.openSession(path, 'open');
  try {
    await runJob(session, 'study.pressure-keypoints', parsed.data, deps);
    const [run] = session.project.runs.list({ study: 'pressure-keypoints' });
    const result = pressureKeypointsResultSchema.parse(run.summary);
    return json ? `${JSON.stringify({ run: run.id, ...result })}\n` : describePressureStudy(run.id, result);
  } finally {
    await session.close();
  }
}

/** The study's tables as text. */
export function describePressureStudy(id: string, result: PressureKeypointsResult): string {
  const { work, stability, pmd } = result;
  const fixed = (value: number, digits = 3) => value.toFixed(digits);
  const joints = (scores: readonly JointScore[]) =>
    textTable([
      ['joints from', 'mean error cm', '95 % interval', 'PCK@.2'],
      ...scores.map(({ method, meanCm, low, high, pck }) => [
        method,
        fixed(meanCm, 2),
        `${fixed(low, 2)} to ${fixed(high, 2)}`,
        fixed(pck),
      ]),
    ]);
  const postures = (scores: readonly PostureScore[]) =>
    textTable([
      ['posture from', 'accuracy', '95 % interval'],
      ...scores.map(({ method, accuracy }) => [
        method,
        fixed(accuracy.mean),
        `${fixed(accuracy.low)} to ${fixed(accuracy.high)}`,
      ]),
    ]);
  const sections = [
    `${id}: ${result.params.keypoints} keypoints, SIMULATED people${pmd === null ? '' : ' and the pmd mats'}, ${Math.round(result.seconds)} s\n`,
    joints(result.joints),
    textTable([
      ['map drawn from', 'L1', 'SSIM'],
      ...result.reconstruction.map((score) => [score.method, fixed(score.l1, 4), fixed(score.ssim)]),
    ]),
    `equivariance error ${fixed(stability.equivariance, 2)} cells; moves ${fixed(stability.repeatability, 2)} cells between near-identical frames; keeps its place in ${fixed(100 * stability.keepsPlace, 1)} %; on empty mat ${fixed(100 * stability.onEmptyMat, 1)} %\n`,
    `Held-out simulated people, each left out once:\n${postures(result.postures)}`,
    `Another simulated mat, nothing trained anew:\n${joints(result.transfer)}`,
    `${work.parameters} encoder parameters, ${fixed(work.macs / 1e6, 1)} M multiply-accumulates and ${fixed(work.millisecondsPerFrame, 2)} ms a frame\n`,
    ...(result.warmStart.length === 0 ? [] : [warmStart(result)]),
    ...(result.ablations.length === 0
      ? []
      : [
          textTable([
            [`${result.params.ablationSteps} steps`, 'joints cm', 'L1', 'SSIM', 'equivariance, cells'],
            ...result.ablations.map((row) => [
              row.variant,
              fixed(row.jointsCm, 2),
              fixed(row.l1, 4),
              fixed(row.ssim),
              fixed(row.equivariance, 2),
            ]),
          ]),
        ]),
    ...(pmd === null ? [] : [describePmd(pmd, postures(pmd.postures))]),
  ];
  return `${sections.join('\n')}`;
}

function warmStart({ warmStart: runs }: PressureKeypointsResult): string {
  const steps = runs.map((run) => run.regressionSteps ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const middle = steps[Math.floor(steps.length / 2)];
  const [{ directSteps, classificationSteps }] = runs;
  const said = Number.isFinite(middle) ? String(middle) : `more than ${directSteps}`;
  return `two stages reach the direct run's loss (${directSteps} steps) after ${said} regression steps, median of ${runs.length} seeds (${steps.map((step) => (Number.isFinite(step) ? step : '-')).join(' ')}); the first stage took ${classificationSteps} steps\n`;
}

function describePmd(pmd: NonNullable<PressureKeypointsResult['pmd']>, table: string): string {
  const people = `${pmd.subjects} ${pmd.subjects === 1 ? 'person' : 'people'}`;
  const left =
    pmd.leftOut === 'subject'
      ? 'each person left out once'
      : 'each recording left out once (too few people for leave-one-subject-out)';
  return [
    `pmd: ${people}, ${pmd.recordings} recordings, ${pmd.frames} frames; ${pmd.corruptFrames} garbled frames left out, ${pmd.hotCells} hot cells repaired; trained in ${Math.round(pmd.trainingSeconds)} s; ${left}\n`,
    'The model saw all frames without labels, unless it says otherwise.\n',
    table,
    `equivariance error ${pmd.stability.equivariance.toFixed(2)} cells; moves ${pmd.stability.repeatability.toFixed(2)} cells between frames; keeps its place in ${(100 * pmd.stability.keepsPlace).toFixed(1)} %\n`,
  ].join('');
}
