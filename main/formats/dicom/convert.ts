import { findPackageJSON } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../core/errors.ts';
import { parseDicom, text } from './elements.ts';

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

/** Transfer syntaxes of JPEG, JPEG-LS and JPEG 2000. */
const JPEG = '1.2.840.10008.1.2.4.';

/**
 * Converts one series to NIfTI with dcm2niix (WebAssembly): mosaics, enhanced multi-frame, compressed pixels, slice
 * timing and phase encoding are its business. Names of persons are left out (`-ba y`). Each call starts the program
 * anew, so that nothing of one series is left for the next. It runs on the calling thread: call it in a process that
 * may be busy.
 * @param slices all files of one series, and of no other
 * @returns images (.nii) and their sidecars (.json, .bval, .bvec)
 * @throws UserError `dicom.not-converted` with what dcm2niix says; `dicom.packed-frames`
 */
export async function convertDicom(slices: readonly ConvertedFile[]): Promise<ConvertedFile[]> {
  for (const slice of slices) refusePackedFrames(slice);
  const said: string[] = [];
  try {
    const program = await start((line) => said.push(line));
    program.FS.mkdir('/in');
    program.FS.mkdir('/out');
    slices.forEach(({ bytes }, index) => {
      program.FS.writeFile(`/in/${String(index).padStart(6, '0')}.dcm`, bytes);
    });
    program.callMain(['-o', '/out', '-b', 'y', '-ba', 'y', '-z', 'n', '-f', '%s_%d', '/in']);
    const names = program.FS.readdir('/out').filter((name) => !name.startsWith('.'));
    if (names.some((name) => name.endsWith('.nii'))) {
      return names.map((name) => ({ name, bytes: program.FS.readFile(`/out/${name}`) }));
    }
  } catch (cause) {
    said.push(cause instanceof Error ? cause.message : String(cause));
  }
  const reason =
    said.filter((line) => /warn|error|unable|memory|abort|no valid/i.test(line)).at(-1) ??
    said.at(-1) ??
    'no image';
  throw new UserError('dicom.not-converted', `dcm2niix could not convert this series (${reason.trim()}).`, {
    reason: reason.trim(),
  });
}

/** Of several frames in JPEG or JPEG 2000 dcm2niix leaves all but the first wrong, without a word. */
function refusePackedFrames({ name, bytes }: ConvertedFile): void {
  const file = basename(name);
  const { transferSyntax, elements } = parseDicom(bytes, file);
  const frames = elements.get('00280008');
  if (frames === undefined || !transferSyntax.startsWith(JPEG) || Number(text(bytes, frames)) <= 1) return;
  throw new UserError(
    'dicom.packed-frames',
    `${file} holds several frames packed as JPEG, which Gyrus does not unpack: export it uncompressed, for instance with “gdcmconv --raw”.`,
    { file },
  );
}

async function start(say: (line: string) => void): Promise<Program> {
  const manifest = findPackageJSON('@niivue/dcm2niix', import.meta.url);
  if (manifest === undefined) throw new Error('the package @niivue/dcm2niix is missing');
  const url = pathToFileURL(join(dirname(manifest), 'dist', 'dcm2niix.jpeg.js')).href;
  const loaded: { default(options: object): Promise<Program> } = await import(/* @vite-ignore */ url);
  return loaded.default({ noInitialRun: true, print: say, printErr: say });
}
