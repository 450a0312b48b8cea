import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../core/errors.ts';

/** A file by name, such as a slice to convert or a converted image. */
export interface ConvertedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is used of an Emscripten program. */
interface Program {
  callMain(args: readonly string[]): number;
  readonly FS: {
    mkdir(path: string): void;
    writeFile(path: string, bytes: Uint8Array): void;
    readFile(path: string): Uint8Array;
    readdir(path: string): string[];
  };
}

/**
 * Runs dcm2niix (WebAssembly) on files of one series that it can read as they are. Names of persons are left out
 * (`-ba y`). Each call starts the program anew, so that nothing of one series is left for the next.
 * @returns images (.nii) and their sidecars (.json, .bval, .bvec)
 * @throws UserError `dicom.not-converted` with what dcm2niix says
 */
export async function runDcm2niix(slices: readonly Uint8Array[]): Promise<ConvertedFile[]> {
  const said: string[] = [];
  let crash: string | null = null;
  try {
    const program = await start((line) => said.push(line));
    program.FS.mkdir('/in');
    program.FS.mkdir('/out');
    slices.forEach((bytes, index) => {
      program.FS.writeFile(`/in/${String(index).padStart(6, '0')}.dcm`, bytes);
    });
    program.callMain(['-o', '/out', '-b', 'y', '-ba', 'y', '-z', 'n', '-f', '%s_%d', '/in']);
    const names = program.FS.readdir('/out').filter((name) => !name.startsWith('.'));
    if (names.some((name) => name.endsWith('.nii'))) {
      return names.map((name) => ({ name, bytes: program.FS.readFile(`/out/${name}`) }));
    }
  } catch (cause) {
    crash = cause instanceof Error ? cause.message : String(cause);
  }
  const error = said.find((line) => /^error/i.test(line)) ?? crash;
  const last = said.filter((line) => !/^warning/i.test(line)).at(-1);
  const reason = (error ?? last ?? 'no image').replace(/ ?\/in\/\d+\.dcm/g, '').trim();
  throw new UserError('dicom.not-converted', `dcm2niix could not convert this series (${reason}).`, {
    reason,
  });
}

async function start(say: (line: string) => void): Promise<Program> {
  const manifest = findPackageJSON('@niivue/dcm2niix', import.meta.url);
  if (manifest === undefined) throw new Error('the package @niivue/dcm2niix is missing');
  const url = pathToFileURL(join(dirname(manifest), 'dist', 'dcm2niix.jpeg.js')).href;
  const loaded: { default(options: object): Promise<Program> } = await import(/* @vite-ignore */ url);
  return loaded.default({ noInitialRun: true, print: say, printErr: say });
}
