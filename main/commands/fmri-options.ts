import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ConfoundStrategy, ImportPlan, MaskChoice, PlannedRun } from '../contract/importing.ts';
import { numberOption, positiveOption } from './number-options.ts';

/** Options of fMRI imports, of files and of datasets. */
export interface FmriOptions {
  readonly tr?: number;
  readonly mask?: string;
  readonly space?: string;
  readonly eventsColumn?: string;
  readonly tier?: number;
  readonly wordOffset?: number;
  readonly language?: string;
  readonly motion?: ConfoundStrategy['motion'];
  readonly acompcor?: number;
  readonly tissue?: boolean;
  readonly scrub?: boolean;
  readonly subject?: string;
  readonly task?: string;
  readonly run?: string;
  readonly keepPersonal?: boolean;
  readonly preset?: string;
  readonly series?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Adds the options of fMRI imports to a command. */
export function withFmriOptions(command: Command): Command {
  return command
    .option('--tr <seconds>', 'repetition time, where files do not say it or say it wrong', positiveOption)
    .option('--mask <file>', 'mask image for all runs, "auto", or "all" for every voxel')
    .option('--space <name>', 'name of the space the images are in')
    .option('--events-column <name>', 'column of events.tsv that holds the words')
    .option('--tier <number>', 'TextGrid tier that holds the words, counted from 1', positiveOption)
    .option('--word-offset <seconds>', 'added to every word onset', numberOption)
    .option('--language <code>', 'language of the words', 'en')
    .option('--motion <kind>', 'motion confounds: none, 6 or 24')
    .option('--acompcor <count>', 'CompCor components (cosines come with them)', numberOption)
    .option('--tissue', 'white matter and CSF signals as confounds')
    .option('--scrub', 'one confound per volume over FD 0.5 mm or standardised DVARS 1.5')
    .option('--subject <label>', 'subject label for files whose names say none')
    .option('--task <label>', 'task label')
    .option('--run <label>', 'run label')
    .option('--keep-personal', 'store what headers and sidecars say of persons, places and times')
    .option('--dry-run', 'print the plan, store nothing')
    .option('--json', 'print one JSON object');
}

/** A plan as the options want it. */
export function adjustPlan(plan: ImportPlan, options: FmriOptions): ImportPlan {
  return {
    ...plan,
    ...(options.space ? { spaceName: options.space } : {}),
    ...(options.language ? { language: options.language } : {}),
    ...(options.wordOffset === undefined ? {} : { wordOffset: options.wordOffset }),
    ...(options.mask ? { mask: maskChoice(options.mask) } : {}),
    confounds: {
      ...plan.confounds,
      ...(options.motion ? { motion: options.motion } : {}),
      ...(options.acompcor === undefined ? {} : { aCompCor: options.acompcor }),
      ...(options.tissue ? { whiteMatterCsf: true } : {}),
      ...(options.scrub ? { scrub: { framewiseDisplacement: 0.5, standardizedDvars: 1.5 } } : {}),
    },
    runs: plan.runs.map((run) => ({
      ...run,
      words: words(run, options),
      ...(options.tr ? { repetitionTime: options.tr } : {}),
      ...(options.subject ? { subject: options.subject } : {}),
      ...(options.task ? { task: options.task } : {}),
      ...(options.run ? { run: options.run } : {}),
      ...(options.keepPersonal ? { keepPersonal: true } : {}),
    })),
  };
}

function words(run: PlannedRun, { eventsColumn, tier }: FmriOptions): PlannedRun['words'] {
  if (run.words?.kind === 'events' && eventsColumn) return { ...run.words, column: eventsColumn };
  if (run.words?.kind === 'textgrid' && tier) return { ...run.words, tier: tier - 1 };
  return run.words;
}

function maskChoice(text: string): MaskChoice {
  if (text === 'auto') return { kind: 'automatic' };
  return text === 'all' ? { kind: 'all' } : { kind: 'file', path: resolve(text) };
}
