import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { anatomyStep } from './anatomy.ts';
import type { BuildContext, BuildStep, ResourceSource } from './build-step.ts';
import { chineseStep } from './chinese.ts';
import { corporaStep } from './corpora.ts';
import { encoderStep } from './encoder.ts';
import { gloveStep } from './glove.ts';
import { lexiconStep } from './lexicon.ts';
import { narrativesStep } from './narratives.ts';
import { parallelStep } from './parallel.ts';

const STEPS: readonly BuildStep[] = [
  encoderStep,
  lexiconStep,
  gloveStep,
  chineseStep,
  narrativesStep,
  parallelStep,
  corporaStep,
  anatomyStep,
];

/** Folders whose source decides what comes out, relative to the project root. */
const SOURCES = [
  'resources/build',
  'main/graph',
  'main/models/architectures',
  'main/analysis/anatomy',
  'main/contract/resource-bundle.ts',
];

/** One bundled file, as the manifest lists it. */
export interface ManifestEntry extends ResourceSource {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Version of the package. */
  readonly version: string;
}

export interface ResourceManifest {
  /** Hash over build code and package versions; equal means nothing to do. */
  readonly inputs: string;
  readonly files: readonly ManifestEntry[];
}

export interface BuildResourcesOptions {
  /** Folder that holds package.json and node_modules. */
  readonly root: string;
  /** Where the files go: out/resources. */
  readonly out: string;
  readonly log: (line: string) => void;
  /** Builds even when nothing changed. */
  readonly force?: boolean;
}

async function sourceFiles(path: string): Promise<string[]> {
  if (path.endsWith('.ts')) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const packageFolder = (root: string, name: string) => join(root, 'node_modules', name);

async function packageVersion(root: string, name: string): Promise<string> {
  return JSON.parse(await readFile(join(packageFolder(root, name), 'package.json'), 'utf8')).version;
}

async function fingerprint(root: string, versions: ReadonlyMap<string, string>): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await sourceFiles(join(root, source)))
      hash.update(file.slice(root.length)).update(await readFile(file));
  }
  for (const [name, version] of versions) hash.update(`${name}@${version}\n`);
  return hash.digest('hex');
}

/** True where the folder already holds what the build would write. */
async function isFresh(out: string, inputs: string): Promise<boolean> {
  const file = join(out, 'manifest.json');
  if (!existsSync(file)) return false;
  const manifest: ResourceManifest = JSON.parse(await readFile(file, 'utf8'));
  return manifest.inputs === inputs && manifest.files.every((entry) => existsSync(join(out, entry.file)));
}

/**
 * Extracts models and data from installed packages into `out`, all or nothing: a half-built folder is never seen.
 * A second call finds everything fresh and returns at once.
 * @returns whether anything was built
 */
export async function buildResources({
  root,
  out,
  log,
  force = false,
}: BuildResourcesOptions): Promise<boolean> {
  const names = [...new Set(STEPS.flatMap((step) => step.packages))].sort();
  const versions = new Map<string, string>();
  for (const name of names) versions.set(name, await packageVersion(root, name));
  const inputs = await fingerprint(root, versions);
  if (!force && (await isFresh(out, inputs))) return false;

  const staging = `${out}.${process.pid}`;
  await rm(staging, { recursive: true, force: true });
  const files: ManifestEntry[] = [];
  const context: BuildContext = {
    packageFolder: (name) => packageFolder(root, name),
    async write(file, content, source) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      await mkdir(dirname(join(staging, file)), { recursive: true });
      await writeFile(join(staging, file), bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      files.push({
        file,
        bytes: bytes.byteLength,
        sha256,
        version: versions.get(source.package) ?? '',
        ...source,
      });
    },
  };
  try {
    for (const step of STEPS) {
      const start = performance.now();
      const before = files.length;
      await step.run(context);
      const megabytes = files.slice(before).reduce((sum, entry) => sum + entry.bytes, 0) / 1e6;
      log(`${step.name}: ${megabytes.toFixed(1)} MB in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
    const manifest: ResourceManifest = { inputs, files };
    await writeFile(join(staging, 'manifest.json'), JSON.stringify(manifest, null, 2));
    await rm(out, { recursive: true, force: true });
    await mkdir(dirname(out), { recursive: true });
    await rename(staging, out);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return true;
}
