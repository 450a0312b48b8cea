import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { composeServices } from '../compose.ts';
import { type MeegPlan, type MeegReport, meegPlanSchema, meegReportSchema } from '../contract/meeg-import.ts';
import { withRemembered } from '../contract/meeg-marks.ts';
import { presetChoices } from '../contract/presets.ts';
import { UserError } from '../core/errors.ts';
import { probeMeeg, suggestMeegPlan } from '../importing/meeg/probe.ts';
import type { CommandDeps } from './command.ts';
import { numberOption, positiveOption } from './number-options.ts';
import { presetNamed } from './presets.ts';
import { runJob } from './run-job.ts';

interface Options {
  readonly highpass?: number;
  readonly lowpass?: number;
  readonly notch?: number[];
  readonly sfreq?: number;
  readonly bads?: string[];
  readonly mask?: number;
  readonly epochs?: [number, number];
  readonly events?: string[];
  readonly baseline?: [number | null, number | null] | null;
  readonly reject?: Record<string, number>;
  readonly subject?: string;
  readonly task?: string;
  readonly run?: string;
  readonly keepPersonal?: boolean;
  readonly preset?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `gyrus import meeg PROJECT PATH...`. */
export function registerMeegImport(parent: Command, deps: CommandDeps): void {
  parent
    .command('meeg')
    .description(
      'MEG and EEG: FIF, CTF, KIT, EDF/BDF, BrainVision, EEGLAB, XDF; files, .ds folders or folders of them',
    )
    .argument('<project>', 'project file; made where it is not there')
    .argument('<paths...>', 'recordings, or folders that are searched for them')
    .option('--highpass <hz>', 'zero-phase FIR high-pass', positiveOption)
    .option('--lowpass <hz>', 'zero-phase FIR low-pass', positiveOption)
    .option('--notch <hz,...>', 'frequencies to take out, such as 50,100,150', list(positiveOption))
    .option('--sfreq <hz>', 'new sampling rate', positiveOption)
    .option('--bads <names>', 'bad channels, besides those that the files mark', list(String))
    .option('--trigger-mask <bits>', 'bits of trigger channels that count', positiveOption)
    .option('--epochs <from,to>', 'cut epochs: seconds around each event', pair)
    .option(
      '--events <names>',
      'events to cut around (codes or descriptions); all where left out',
      list(String),
    )
    .option('--baseline <from,to>', 'seconds, or "none"; an empty side is the epoch’s edge', baseline)
    .option(
      '--reject <type=limit,...>',
      'largest peak-to-peak by channel type in SI units, such as eeg=1e-4',
      limits,
    )
    .option('--subject <label>', 'subject label, where names say none')
    .option('--task <label>', 'task label')
    .option('--run <label>', 'run label')
    .option('--preset <name>', 'choices saved under that name; options given here win')
    .option('--keep-personal', 'store what the header says of persons, places and times')
    .option('--dry-run', 'print what was found and the plan, store nothing')
    .option('--json', 'print one JSON object')
    .action((project: string, paths: string[], options: Options & { triggerMask?: number }) =>
      importMeeg(deps, project, paths, {
        ...options,
        ...(options.triggerMask ? { mask: options.triggerMask } : {}),
      }),
    );
}

async function importMeeg(
  deps: CommandDeps,
  project: string,
  paths: string[],
  options: Options,
): Promise<void> {
  const runs = await probeMeeg(paths.map((path) => resolve(path)));
  for (const { problem, notices } of runs) {
    if (problem) deps.err(`left out: ${problem.message}\n`);
    for (const notice of notices)
      if (notice.level !== 'info') deps.err(`${notice.level}: ${notice.message}\n`);
  }
  const remembered =
    options.preset === undefined ? {} : presetChoices(presetNamed(deps, 'meeg', options.preset).choices);
  const plan = adjust(withRemembered(suggestMeegPlan(runs), remembered, runs), options);
  if (options.dryRun) {
    deps.out(`${JSON.stringify(options.json ? plan : { runs, plan }, null, options.json ? 0 : 2)}\n`);
    return;
  }
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const file = resolve(project);
  const session = services.openSession(file, existsSync(file) ? 'open' : 'create');
  try {
    const report = meegReportSchema.parse(await runJob(session, 'import.meeg', plan, deps));
    deps.out(options.json ? `${JSON.stringify(report)}\n` : readable(report));
  } finally {
    await session.close();
  }
}

function adjust(plan: MeegPlan, options: Options): MeegPlan {
  const { epochs, events = [], baseline: base, reject = {} } = options;
  if (epochs === undefined && (events.length > 0 || base !== undefined || options.reject)) {
    throw new UserError(
      'meeg.no-epochs',
      'Events, baseline and rejection belong to epochs: give --epochs FROM,TO too.',
    );
  }
  return meegPlanSchema.parse({
    ...plan,
    filter: {
      highpass: options.highpass ?? plan.filter.highpass,
      lowpass: options.lowpass ?? plan.filter.lowpass,
      notch: options.notch ?? plan.filter.notch,
    },
    sfreq: options.sfreq ?? plan.sfreq,
    triggerMask: options.mask ?? plan.triggerMask,
    epochs:
      epochs === undefined
        ? plan.epochs
        : {
            tmin: epochs[0],
            tmax: epochs[1],
            events,
            reject,
            ...(base === undefined ? {} : { baseline: base }),
          },
    runs: plan.runs.map((run) => ({
      ...run,
      bads: [...new Set([...run.bads, ...(options.bads ?? [])])],
      ...(options.subject ? { subject: options.subject } : {}),
      ...(options.task ? { task: options.task } : {}),
      ...(options.run ? { run: options.run } : {}),
      ...(options.keepPersonal ? { keepPersonal: true } : {}),
    })),
  });
}

function readable({ recordings, failed, seconds }: MeegReport): string {
  const lines = recordings.map((one) => {
    const epochs = one.epochs
      ? `, ${one.epochs.kept} epochs (${one.epochs.dropped} dropped, ${one.epochs.outside} outside)`
      : '';
    return `  sub-${one.subject} ${one.task}: ${one.modality.toUpperCase()}, ${one.channels} channels × ${one.samples} samples at ${one.sfreq} Hz, ${one.events} events${epochs}`;
  });
  const lost = failed.map(({ path, error }) => `  ${path} was not imported: ${error.message}`);
  return `${[`Imported ${recordings.length} recordings in ${seconds.toFixed(1)} s`, ...lines, ...lost].join('\n')}\n`;
}

function list<T>(item: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map((part) => item(part.trim()));
}

function pair(text: string): [number, number] {
  const [from, to, ...more] = text.split(',');
  if (to === undefined || more.length > 0)
    throw new InvalidArgumentError('It must be two numbers, such as -0.2,0.5.');
  return [numberOption(from), numberOption(to)];
}

function baseline(text: string): [number | null, number | null] | null {
  if (text === 'none') return null;
  const [from = '', to = ''] = text.split(',').map((part) => part.trim());
  return [from === '' ? null : numberOption(from), to === '' ? null : numberOption(to)];
}

function limits(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [type, limit = ''] = part.split('=');
      return [type.trim(), positiveOption(limit)];
    }),
  );
}
