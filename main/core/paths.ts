import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Every place on disk that is the product's own. Nothing else derives a path from where its source file lies. */
export interface Paths {
  /** Folder that holds package.json: the checkout, or the app.asar of a packaged app. */
  readonly root: string;
  /** Read-only files made by `npm run resources`: encoder, vectors, lexica, meshes. Real files, also when packaged. */
  readonly resources: string;
  /** The built page, served as it is. */
  readonly renderer: string;
  /** What a compute process begins with: its bundle, or its source. */
  readonly computeEntry: string;
  /** The preload script of the Electron window, always a bundle. */
  readonly preload: string;
  /** True where this code runs from out/main or a package, false where Node runs the source. */
  readonly built: boolean;
  /** True inside a packaged app. */
  readonly packaged: boolean;
  /** This user's settings, logs and recent projects; made by whoever writes there first. */
  readonly userData: string;
  /** Where the web shell puts uploaded files until they are imported. */
  readonly staging: string;
}

/**
 * Finds the product's folders for all three ways to run it: from source, from out/main, and from a package.
 *
 * @param from a folder inside the product, by default that of this file (or of the bundle that holds it)
 * @param env `GYRUS_USER_DATA` overrides the user data folder, so that tests and second profiles stay apart
 */
export function resolvePaths(
  from: string = import.meta.dirname,
  env: NodeJS.ProcessEnv = process.env,
): Paths {
  const root = findRoot(from);
  const packaged = basename(root) === 'app.asar' || basename(dirname(root)) === 'resources';
  const built = from.startsWith(join(root, 'out'));
  const userData = env.GYRUS_USER_DATA ?? platformUserData(process.platform, env, homedir());
  return {
    root,
    resources: packaged ? join(dirname(root), 'gyrus') : join(root, 'out', 'resources'),
    renderer: join(root, 'out', 'renderer'),
    computeEntry: built ? join(root, 'out', 'main', 'compute.js') : join(root, 'main', 'compute.ts'),
    preload: join(root, 'out', 'preload', 'index.cjs'),
    built,
    packaged,
    userData,
    staging: join(userData, 'staging'),
  };
}

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'gyrus') return folder;
    if (dirname(folder) === folder) throw new Error(`No Gyrus package.json above ${from}`);
  }
}

/** The customary place for an application's own files on each system. */
export function platformUserData(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Gyrus');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Gyrus');
  return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'gyrus');
}

/** Reads the version once from package.json, for `--version`, reports and the code version of job results. */
export function readVersion(root: string): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}
