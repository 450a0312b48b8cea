import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Alignment, clockFitSettingsSchema } from '../contract/clock.ts';
import type { Recording } from '../contract/recordings.ts';
import { UserError } from '../core/errors.ts';
import { readVersion } from '../core/paths.ts';
import { openProject } from '../data/open-project.ts';
import type { Project } from '../data/project.ts';
import type { CommandDeps } from './command.ts';
import { numberOption } from './number-options.ts';
import { textTable } from './text-table.ts';

interface FitOptions {
  readonly marks?: string;
  readonly anchor?: string;
  readonly tolerance?: number;
  readonly maxDrift?: number;
  readonly near?: number;
  readonly json?: boolean;
}

/** `gyrus clock show|attach|fit|set|reset PROJECT [RECORDING]`: recordings and words on one timeline. */
export function register(program: Command, deps: CommandDeps): void {
  const clock = program.command('clock').description("align each run's clock with its stimulus");
  const recording = "recording's id, or its label as “gyrus clock show” prints it";
  clock
    .command('show')
    .description('list every run with its alignment')
    .argument('<project>', 'project file')
    .option('--json', 'print one JSON object')
    .action((path: string, { json }: { json?: boolean }) =>
      withProject(deps, path, 'read', (project) => {
        const rows = project.recordings.list().map((one) => ({
          id: one.id,
          label: labelOf(one),
          modality: one.modality,
          simulated: one.simulated,
          stimulus: one.stimulusId === null ? null : project.stimuli.get(one.stimulusId).name,
          alignment: project.alignments.find(one.id),
        }));
        deps.out(
          json
            ? `${JSON.stringify({ recordings: rows })}\n`
            : `${textTable([
                ['recording', 'modality', 'stimulus', 'offset s', 'drift ppm', 'residual ms', 'from'],
                ...rows.map((row) => [row.label, row.modality, row.stimulus ?? '–', ...cells(row.alignment)]),
              ])}\n`,
        );
      }),
    );
  clock
    .command('attach')
    .description('give a run the words of a file (events.tsv or TextGrid) as its stimulus')
    .argument('<project>', 'project file')
    .argument('<recording>', recording)
    .argument('<words>', 'file of words with times')
    .option('--column <name>', 'column of words in an events table')
    .option('--tier <number>', 'tier of a TextGrid, from 1', Number)
    .option('--language <code>', 'language of the words', 'en')
    .option('--json', 'print one JSON object')
    .action(
      (
        path: string,
        wanted: string,
        words: string,
        options: { column?: string; tier?: number; language: string; json?: boolean },
      ) =>
        withProject(deps, path, 'write', async (project) => {
          const { attachWords, guessWords } = await import('../importing/attach-words.ts');
          const file = resolve(words);
          const source =
            options.column !== undefined
              ? { kind: 'events' as const, path: file, column: options.column }
              : options.tier !== undefined
                ? { kind: 'textgrid' as const, path: file, tier: options.tier - 1 }
                : await guessWords(file);
          const { id } = findRecording(project, wanted);
          const stimulus = await attachWords(
            project,
            id,
            source,
            options.language,
            readVersion(deps.paths.root),
          );
          deps.out(
            options.json
              ? `${JSON.stringify({ recordingId: id, stimulusId: stimulus.id, words: stimulus.words.length })}\n`
              : `Attached ${stimulus.words.length} words of ${stimulus.name}\n`,
          );
        }),
    );
  clock
    .command('fit')
    .description('fit offset and drift to the triggers, annotations or messages of a run')
    .argument('<project>', 'project file')
    .argument('<recording>', recording)
    .option('--marks <label>', 'marks that count; * stands for anything')
    .option('--anchor <what>', 'what marks stand for: words (every onset) or start')
    .option('--tolerance <seconds>', 'how far from a mark an onset may lie', numberOption)
    .option('--max-drift <ppm>', 'largest drift looked for, parts per million; 0 for none', ppm)
    .option('--near <seconds>', 'offset expected', numberOption)
    .option('--json', 'print one JSON object')
    .action((path: string, wanted: string, { json, ...options }: FitOptions) =>
      withProject(deps, path, 'write', async (project) => {
        const { fitRecording } = await import('../stimuli/clock/align-recording.ts');
        const parsed = clockFitSettingsSchema.safeParse(options);
        if (!parsed.success) {
          const [issue] = parsed.error.issues;
          throw new UserError(
            'clock.settings',
            `The fit cannot take ${issue.path.join('.')}: ${issue.message}.`,
            {
              setting: issue.path.join('.'),
            },
          );
        }
        const { id } = findRecording(project, wanted);
        const alignment = fitRecording(project, id, parsed.data, readVersion(deps.paths.root));
        deps.out(json ? `${JSON.stringify(alignment)}\n` : describe(alignment));
      }),
    );
  clock
    .command('set')
    .description('set offset and drift by hand: time in recording = offset + (1 + drift) · time in stimulus')
    .argument('<project>', 'project file')
    .argument('<recording>', recording)
    .requiredOption('--offset <seconds>', 'when stimulus time 0 comes in the recording', numberOption)
    .option('--drift <ppm>', 'parts per million by which the recording runs slow', ppm)
    .option('--json', 'print one JSON object')
    .action((path: string, wanted: string, options: { offset: number; drift?: number; json?: boolean }) =>
      withProject(deps, path, 'write', async (project) => {
        const { setRecordingClock } = await import('../stimuli/clock/align-recording.ts');
        const { id } = findRecording(project, wanted);
        const model = { offset: options.offset, drift: options.drift ?? 0 };
        const alignment = setRecordingClock(project, id, model, readVersion(deps.paths.root));
        deps.out(options.json ? `${JSON.stringify(alignment)}\n` : describe(alignment));
      }),
    );
  clock
    .command('reset')
    .description('forget the alignment of a run')
    .argument('<project>', 'project file')
    .argument('<recording>', recording)
    .action((path: string, wanted: string) =>
      withProject(deps, path, 'write', async (project) => {
        const { resetRecordingClock } = await import('../stimuli/clock/align-recording.ts');
        const found = findRecording(project, wanted);
        resetRecordingClock(project, found.id, readVersion(deps.paths.root));
        deps.out(`${labelOf(found)} is on the plain clock again\n`);
      }),
    );
}

async function withProject(
  deps: CommandDeps,
  path: string,
  access: 'read' | 'write',
  work: (project: Project) => void | Promise<void>,
): Promise<void> {
  const project = openProject(resolve(path), { logger: deps.logger, access });
  try {
    await work(project);
  } finally {
    project.close();
  }
}

function findRecording(project: Project, wanted: string): Recording {
  const found = project.recordings.list().filter((one) => one.id === wanted || labelOf(one) === wanted);
  if (found.length === 1) return found[0];
  throw new UserError(
    'clock.which-recording',
    `${found.length} recordings are called “${wanted}”: name one by its id (gyrus clock show --json).`,
    { name: wanted, count: found.length },
  );
}

function labelOf({ subject, session, task, run }: Recording): string {
  return [`sub-${subject}`, session && `ses-${session}`, `task-${task}`, run && `run-${run}`]
    .filter(Boolean)
    .join(' ');
}

function cells(alignment: Alignment | null): string[] {
  if (alignment === null) return ['0', '0', '–', 'not aligned'];
  const { model, source, fit } = alignment;
  return [
    model.offset.toFixed(4),
    (model.drift * 1e6).toFixed(2),
    fit === null ? '–' : fit.rmsMs.toFixed(2),
    source === 'fit' ? `${fit?.matched ?? 0} marks` : 'hand',
  ];
}

function describe({ model, fit }: Alignment): string {
  const error = (value: number | null | undefined, digits: number): string =>
    value === null || value === undefined ? '' : ` ± ${value.toFixed(digits)}`;
  const lines = [
    `offset ${(model.offset * 1000).toFixed(3)}${error(fit?.offsetErrorMs, 3)} ms`,
    `drift ${(model.drift * 1e6).toFixed(3)}${error(fit?.driftErrorPpm, 3)} ppm`,
  ];
  if (fit !== null) {
    lines.push(
      `${fit.matched} marks matched, ${fit.missing} onsets without a mark, ${fit.extra} marks without an onset`,
      `residuals ${fit.rmsMs.toFixed(3)} ms rms, ${fit.maxMs.toFixed(3)} ms at most`,
    );
    if (fit.alternative !== null)
      lines.push(
        `An offset of ${fit.alternative.toFixed(3)} s explains nearly as many marks: give --near with the right one.`,
      );
  }
  return `${lines.join('\n')}\n`;
}

function ppm(text: string): number {
  return numberOption(text) / 1e6;
}
