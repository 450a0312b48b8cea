import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { composeServices } from '../compose.ts';
import type { Recovery } from '../contract/encoding.ts';
import { UserError } from '../core/errors.ts';
import { suggestPlan } from '../importing/fmri/plan.ts';
import { probeFmri } from '../importing/fmri/probe.ts';
import type { ProjectSession } from '../jobs/project-session.ts';
import { compareWithTruth } from '../studies/sample/compare-with-truth.ts';
import type { Truth } from '../studies/sample/truth.ts';
import type { CommandDeps } from './command.ts';
import { progressLine, runJob } from './run-job.ts';
import { encodingParams, newestRun, resultOf } from './study-actions.ts';
import { textTable } from './text-table.ts';
import { writeReport } from './write-report.ts';
import { writeSample } from './write-sample.ts';

/**
 * At level q the share of false discoveries is q on average, so a check at 5 % needs a stricter level than 5 % to be a
 * check and not a coin toss; small levels need many permutations.
 */
const STRICT = { fdrLevel: 0.01, permutations: 5000 };

/**
 * The whole house in one command, through the same importer and jobs as anyone's data.
 * @throws UserError `demo.not-recovered` when a check does not hold
 */
export async function runDemo(
  deps: CommandDeps,
  folder: string,
  seed: number,
  small: boolean,
): Promise<void> {
  const began = performance.now();
  const root = resolve(folder);
  const dataset = join(root, 'dataset');
  const projectPath = join(root, 'demo.gyrus');
  const reportPath = join(root, 'report.html');
  const step = (name: string): void =>
    deps.err(`[${((performance.now() - began) / 1000).toFixed(0).padStart(3)} s] ${name}\n`);

  await buildBundledResources(deps, step);
  for (const old of [dataset, projectPath, `${projectPath}-wal`, `${projectPath}-shm`, reportPath])
    await rm(old, { recursive: true, force: true });

  step(`Simulating listeners, seed ${seed}`);
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const truth = await writeSample(
    deps.paths,
    services.version,
    dataset,
    { seed },
    small,
    deps.signal,
    (progress) => {
      if (progress.phase === 'simulating')
        deps.err(
          `  ${progressLine({ ...progress, total: progress.total ?? null, rate: null, etaSeconds: null })}\n`,
        );
    },
  );

  const session = services.openSession(projectPath, 'create');
  try {
    session.project.meta.rename('Demo: simulated listeners');
    step('Importing the BIDS folder');
    await runJob(session, 'import.fmri', suggestPlan(await probeFmri([dataset])), deps);
    step('Features and encoding study');
    const selection = { subjects: null, task: null };
    await runJob(session, 'study.encoding', encodingParams(session.project, STRICT, selection), deps);
    const { recovery, runId } = recover(session, truth);
    step('Writing the report');
    await writeReport(
      deps.paths,
      session.project,
      runId,
      reportPath,
      { pdf: false, locale: 'en' },
      deps.signal,
    );
    deps.out(`\n${recoveryTable(recovery)}\n`);
    for (const check of recovery.checks) deps.out(`${check.holds ? 'holds' : 'FAILS'}  ${check.sentence}\n`);
    const shown = (path: string): string => relative(process.cwd(), path) || '.';
    deps.out(
      [
        '',
        `Everything above is simulated; done in ${((performance.now() - began) / 1000).toFixed(0)} s.`,
        `Report:  ${reportPath}  (open it in any browser)`,
        `Project: ${projectPath}  (npm start, then open this file; or npm run gyrus -- serve ${shown(projectPath)})`,
        `Dataset: ${dataset}`,
        '',
      ].join('\n'),
    );
    const failed = recovery.checks.filter((check) => !check.holds);
    if (failed.length > 0 && !small) {
      throw new UserError(
        'demo.not-recovered',
        `The demo did not recover what was planted: ${failed[0].sentence}`,
        {
          check: failed[0].name,
        },
      );
    }
  } finally {
    await session.close();
  }
}

async function buildBundledResources(deps: CommandDeps, step: (name: string) => void): Promise<void> {
  if (deps.paths.packaged) return;
  step('Bundled models and data');
  const { buildResources } = await import('../../resources/build/build-resources.ts');
  await buildResources({
    root: deps.paths.root,
    out: deps.paths.resources,
    log: (line) => deps.err(`  ${line}\n`),
  });
}

function recover(session: ProjectSession, truth: Truth): { recovery: Recovery; runId: string } {
  const { project } = session;
  const runId = newestRun(project);
  const recovery = compareWithTruth(project, resultOf(project, runId), truth);
  project.runs.putTable(runId, 'recovered', recovery);
  return { recovery, runId };
}

function recoveryTable(recovery: Recovery): string {
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(3));
  const controls = Object.keys(recovery.rows[0]?.controls ?? {});
  return textTable([
    [
      'planted region',
      'tuned to',
      'strength',
      'predicted r',
      'recovered r',
      'ceiling',
      'estimated',
      'layer per subject',
      ...controls,
    ],
    ...recovery.rows.map((row) => [
      row.region,
      row.plantedLayer ?? 'word rate',
      number(row.plantedStrength),
      number(row.predictedR),
      number(row.recoveredR),
      number(row.simulatedCeiling),
      number(row.estimatedCeiling),
      row.chosenLayers.join(' '),
      ...controls.map((control) => number(row.controls[control])),
    ]),
  ]);
}
