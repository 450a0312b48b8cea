import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFolder, writeBids } from '../unit/importing/fixtures.ts';

const run = promisify(execFile);
const cli = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');

async function gyrus(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(process.execPath, [cli, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failure: { code: number; stdout: string; stderr: string }) => failure,
  );
}

describe('gyrus import', () => {
  test('imports a BIDS folder through the job queue; the same again is not done twice', async () => {
    const folder = temporaryFolder();
    const project = join(folder, 'study.gyrus');
    await writeBids(join(folder, 'bids'));
    const first = await gyrus('import', 'bids', project, join(folder, 'bids'), '--json');
    expect(first.stderr).not.toContain('fault');
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout);
    expect(report.imported).toHaveLength(6);
    expect(report.failed).toEqual([]);
    const again = await gyrus('import', 'bids', project, join(folder, 'bids'), '--json');
    expect(JSON.parse(again.stdout)).toEqual(report);
    const info = JSON.parse((await gyrus('info', project, '--json')).stdout);
    expect(info.recordings).toHaveLength(6);
    expect(info.simulated).toBe(true);
    expect((await gyrus('verify', project)).code).toBe(0);
  });

  test('refuses with one sentence and exit code 1', async () => {
    const folder = temporaryFolder();
    const missing = await gyrus('import', 'fmri', join(folder, 'p.gyrus'), join(folder, 'nothing.nii.gz'));
    expect(missing.code).toBe(1);
    expect(missing.stderr.trim().split('\n')).toHaveLength(1);
    expect(missing.stderr).toContain('was not found');
  });
});
