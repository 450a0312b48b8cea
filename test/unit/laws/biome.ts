import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

export const projectRoot = join(import.meta.dirname, '..', '..', '..');

const reportSchema = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

/** A folder outside the project with the project's own lint laws and nothing else. */
export function lintFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-lint-'));
  cpSync(join(projectRoot, 'biome.json'), join(folder, 'biome.json'));
  cpSync(join(projectRoot, 'test', 'laws'), join(folder, 'test', 'laws'), { recursive: true });
  return folder;
}

export function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Lints a folder and returns the names of the rules that each file breaks, by path with forward slashes. */
export function lint(folder: string): Map<string, Set<string>> {
  const biome = join(projectRoot, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (!stdout.startsWith('{')) throw new Error(`biome did not report: ${stderr}`);
  const broken = new Map<string, Set<string>>();
  for (const { category, location } of reportSchema.parse(JSON.parse(stdout)).diagnostics) {
    const path = relative(folder, join(folder, location.path)).replaceAll('\\', '/');
    broken.set(path, (broken.get(path) ?? new Set()).add(category.split('/').at(-1) ?? category));
  }
  return broken;
}
