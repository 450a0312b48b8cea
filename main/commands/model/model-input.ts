import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { readNpy } from '../../formats/npy/npy.ts';
import { openModelTokenizer } from '../../models/folder/read-model.ts';
import type { DeviceChoice, ProviderName } from '../../runtime/providers.ts';
import { resolveDevice } from '../../tensor/devices.ts';
import type { CommandDeps } from '../command.ts';

const DEVICES: readonly DeviceChoice[] = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

/** `--device NAME`. */
export function deviceOption(preset: DeviceChoice = 'auto'): Option {
  return new Option('--device <name>', 'where to compute').choices(DEVICES).default(preset);
}

/** Parses an option that must be a whole number of at least `least`. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`give a whole number of ${least} or more`);
    return value;
  };
}

/** The provider that `--device` means here; "auto" is measured at its first use and kept with the user's settings. */
export function chosenDevice(choice: DeviceChoice, deps: CommandDeps): Promise<ProviderName> {
  return resolveDevice(choice, join(deps.paths.userData, 'devices.json'));
}

/**
 * Does work with something that computes on a device, tells once on stderr of a device that could not be used (when opened
 * or while running), and releases it.
 */
export async function using<T extends OnDevice, R>(
  opened: T,
  deps: CommandDeps,
  work: (opened: T) => Promise<R>,
): Promise<R> {
  const early = opened.notice;
  if (early !== null) deps.err(`${early.message}\n`);
  try {
    const result = await work(opened);
    if (early === null && opened.notice !== null) deps.err(`${opened.notice.message}\n`);
    return result;
  } finally {
    await opened.release();
  }
}

interface OnDevice {
  readonly notice: Notice | null;
  release(): Promise<void>;
}

/** Where token ids come from: exactly one of these is given. */
export interface TextInput {
  readonly text?: readonly string[];
  /** A file with one text a line; lines without text are passed over. */
  readonly lines?: string;
  /** A .npy file, one row a text. */
  readonly ids?: string;
}

/**
 * Token ids of the texts that a command was given.
 * @param special whether the tokenizer adds its marks around each text
 * @throws UserError `model.input` where none or several are given, and as the tokenizer and `readNpy`
 */
export async function idsOf(
  folder: string,
  vocabularySize: number,
  input: TextInput,
  special: boolean,
): Promise<number[][]> {
  const { text, lines, ids } = input;
  if ([text, lines, ids].filter((one) => one !== undefined).length !== 1) {
    throw new UserError(
      'model.input',
      'Give exactly one of --text, --lines and --ids, so that there is something to run.',
    );
  }
  if (ids !== undefined) return idRows(ids);
  const texts = text ?? (await readLines(lines ?? ''));
  const tokenizer = await openModelTokenizer(folder, vocabularySize);
  return texts.map((one) => tokenizer.encode(one, special));
}

/** The lines of a text file that hold more than spaces. @throws UserError `model.lines-missing`, `model.no-lines` */
export async function readLines(file: string): Promise<string[]> {
  const name = basename(file);
  const content = await readFile(file, 'utf8').catch(() => {
    throw new UserError('model.lines-missing', `The file ${name} cannot be read. Check its path.`, {
      file: name,
    });
  });
  const lines = content.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0)
    throw new UserError('model.no-lines', `${name} has no line with text.`, { file: name });
  return lines;
}

async function idRows(file: string): Promise<number[][]> {
  const { shape, data } = await readNpy(file);
  if (shape.length > 2 || data.length === 0) {
    const is = shape.join('×');
    throw new UserError(
      'model.ids-shape',
      `${basename(file)} is ${is}: token ids are a list, or one row a text, and at least one of them.`,
      { file: basename(file), is },
    );
  }
  const width = shape.at(-1) ?? 0;
  const rows = shape.length < 2 ? 1 : shape[0];
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), Number),
  );
}
