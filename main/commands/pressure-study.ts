import { composeServices } from '../compose.ts';
import {
  type AblationVerdict,
  ablationVerdict,
  type JointScore,
  type KeypointMark,
  type PostureScore,
  type PressureKeypointsResult,
  pressureKeypointsParamsSchema,
  pressureKeypointsResultSchema,
  type SupervisedTraining,
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
      ['joints from', 'mean error cm', '95 % interval', 'PCK@.2', 'ridge penalty'],
      ...scores.map(({ method, meanCm, low, high, pck, penalty }) => [
        method,
        fixed(meanCm, 2),
        `${fixed(low, 2)} to ${fixed(high, 2)}`,
        fixed(pck),
        penalty === null ? '–' : String(penalty),
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
    describeMarks(result),
    ...(result.supervised === null ? [] : [describeSupervised(result.supervised)]),
    textTable([
      ['map drawn from', 'L1', 'SSIM'],
      ...result.reconstruction.map((score) => [score.method, fixed(score.l1, 4), fixed(score.ssim)]),
    ]),
    `equivariance error ${fixed(stability.equivariance, 2)} cells; moves ${fixed(stability.repeatability, 2)} cells between near-identical frames; keeps its place in ${fixed(100 * stability.keepsPlace, 1)} %; on empty mat ${fixed(100 * stability.onEmptyMat, 1)} %\n`,
    `Held-out simulated people, each left out once:\n${postures(result.postures)}`,
    `Another simulated mat, nothing trained anew:\n${joints(result.transfer)}`,
    `${work.parameters} encoder parameters (fuser ${work.fuserParameters}, decoder ${work.decoderParameters}); detection: ${fixed(work.macs / 1e6, 1)} M multiply-accumulates (${fixed((2 * work.macs) / 1e6, 1)} MFLOPs) and ${fixed(work.millisecondsPerFrame, 2)} ms a frame\n`,
    ...(result.warmStart.length === 0 ? [] : [warmStart(result)]),
    ...(result.ablations.length === 0 ? [] : [describeAblations(result)]),
    ...(pmd === null ? [] : [describePmd(pmd, postures)]),
  ];
  return `${sections.join('\n')}`;
}

const VERDICTS: Readonly<Record<AblationVerdict, string>> = {
  better: 'better',
  worse: 'worse',
  undecided: 'seeds disagree',
};

/** Means over seeds, the joint error of every seed, and whether a change helps. */
function describeAblations({ ablations, params }: PressureKeypointsResult): string {
  const fixed = (value: number, digits = 3) => value.toFixed(digits);
  const [all] = ablations;
  const seeds = all?.seedsCm.length ?? 0;
  return textTable([
    [
      `${params.ablationSteps} steps, ${seeds} seeds`,
      'joints cm',
      'each seed',
      'beside "all"',
      'PCK@.2',
      'L1',
      'SSIM',
      'equivariance, cells',
      'moves, cells',
      'keeps place',
    ],
    ...ablations.map((row) => [
      row.variant,
      fixed(row.jointsCm, 2),
      row.seedsCm.map((value) => fixed(value, 2)).join(' '),
      row === all ? '' : VERDICTS[ablationVerdict(row, all)],
      fixed(row.pck),
      fixed(row.l1, 4),
      fixed(row.ssim),
      fixed(row.equivariance, 2),
      fixed(row.repeatability, 2),
      `${fixed(100 * row.keepsPlace, 1)} %`,
    ]),
  ]);
}

const MARKS: Readonly<Record<KeypointMark['mark'], string>> = {
  'gain-over-peak-grid': 'lower error than the peak grid by',
  'gain-over-k-means': 'lower error than k-means by',
  'ratio-to-supervised': 'error ÷ supervised error',
  'warm-start': 'two stages: regression steps ÷ direct steps (median)',
  'warm-start-in-all': 'two stages: steps of both ÷ direct steps (median)',
};

function describeMarks({ marks }: PressureKeypointsResult): string {
  const shown = (mark: KeypointMark['mark'], value: number) =>
    mark.startsWith('gain') ? `${(100 * value).toFixed(1)} %` : value.toFixed(2);
  return textTable([
    ['mark', 'value', 'goal', ''],
    ...marks.map(({ mark, value, goal, met }) => [
      MARKS[mark],
      value === null ? 'never' : shown(mark, value),
      `${mark.startsWith('gain') ? 'at least' : mark.startsWith('warm') ? 'under' : 'at most'} ${shown(mark, goal)}`,
      met ? 'met' : 'NOT met',
    ]),
  ]);
}

function describeSupervised({ checks, keptStep, converged }: SupervisedTraining): string {
  const best = checks.find(({ step }) => step === keptStep);
  const how = converged
    ? 'no better for 400 steps after it'
    : 'its steps ran out before it stopped getting better';
  return `supervised regressor: best on training people kept aside at step ${keptStep} (${best?.innerCm.toFixed(2) ?? '–'} cm; ${how}), then trained so long on all training people\n`;
}

/** Two stages against one, for each way to begin. */
function warmStart({ warmStart: runs }: PressureKeypointsResult): string {
  return (['he', 'small'] as const)
    .map((initialisation) => runs.filter((run) => run.initialisation === initialisation))
    .filter((some) => some.length > 0)
    .map((some) => {
      const [{ directSteps, classificationSteps, frozenSteps, initialisation }] = some;
      const alone = some.map((run) => run.directReached ?? run.directSteps);
      const after = some.map((run) => run.regressionSteps ?? Number.POSITIVE_INFINITY);
      const both = after.map((steps) => steps + classificationSteps);
      const median = (values: readonly number[]) =>
        [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
      const said = (value: number) => (Number.isFinite(value) ? String(value) : `over ${directSteps}`);
      const each = (values: readonly number[]) => values.map(said).join(' ');
      const how = initialisation === 'he' ? 'He initialisation' : 'N(0, 0.001) as released';
      const verdict =
        median(both) < median(alone)
          ? 'the first stage pays, its own steps counted'
          : median(after) < median(alone)
            ? 'the first stage saves regression steps, but fewer than it costs'
            : 'the first stage does NOT pay on these data';
      const shown = { first: classificationSteps, frozen: frozenSteps };
      return [
        `steps to the direct run's last loss (${how}; ${shown.first} steps of contact mask, then encoder and fuser frozen for ${shown.frozen}; ${directSteps} regression steps planned): ${verdict}\n`,
        textTable([
          ['', `median of ${some.length} seeds`, 'each seed'],
          ['direct', said(median(alone)), each(alone)],
          ['two stages, regression only', said(median(after)), each(after)],
          ['two stages, mask stage counted', said(median(both)), each(both)],
        ]),
      ].join('');
    })
    .join('');
}

function describePmd(
  pmd: NonNullable<PressureKeypointsResult['pmd']>,
  postures: (scores: readonly PostureScore[]) => string,
): string {
  const people = `${pmd.subjects} ${pmd.subjects === 1 ? 'person' : 'people'}`;
  return [
    `pmd: ${people}, ${pmd.recordings} recordings, ${pmd.frames} frames; ${pmd.corruptFrames} garbled frames left out, ${pmd.hotCells} hot cells repaired; the light model trained on all of them in ${Math.round(pmd.trainingSeconds)} s (${Math.round(pmd.trainingProcessorSeconds)} s of processor time)\n`,
    ...(pmd.subjectOut.length === 0 ? [] : [describePeopleOut(pmd)]),
    'Each recording left out once, interval over recordings; the keypoint network saw all frames without labels, unless it says otherwise:\n',
    postures(pmd.postures),
    `equivariance error ${pmd.stability.equivariance.toFixed(2)} cells; moves ${pmd.stability.repeatability.toFixed(2)} cells between frames; keeps its place in ${(100 * pmd.stability.keepsPlace).toFixed(1)} %\n`,
  ].join('');
}

/** Accuracy with each person left out, and for whom the others were too few. */
function describePeopleOut({ people, subjectOut }: NonNullable<PressureKeypointsResult['pmd']>): string {
  const helped = people.filter(({ missing }) => missing.length > 0);
  return [
    'Each person left out once, of the keypoint network and of the classifiers; interval over recordings:\n',
    textTable([
      [
        'posture from',
        'accuracy',
        '95 % interval',
        ...people.map(
          ({ subject, recordings, missing }) =>
            `${subject}${missing.length > 0 ? '*' : ''} (${recordings} ${recordings === 1 ? 'recording' : 'recordings'})`,
        ),
      ],
      ...subjectOut.map(({ method, accuracy, people: each }) => [
        method,
        accuracy.mean.toFixed(3),
        `${accuracy.low.toFixed(3)} to ${accuracy.high.toFixed(3)}`,
        ...each.map((value) => value.toFixed(3)),
      ]),
    ]),
    ...helped.map(
      ({ subject, missing }) =>
        `* nobody else shows ${missing.join(' or ')} of ${subject}: SIMULATED people trained beside the others\n`,
    ),
    '\n',
  ].join('');
}
