import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { createProject } from '../../data/open-project.ts';
import type { DiagnosisCheck } from './diagnosis.ts';

const gigabyte = 1e9;
const round = (bytes: number): number => Math.round((bytes / gigabyte) * 10) / 10;

/**
 * The steps of "Check this workstation". Each uses what the product itself uses, in a folder of its own.
 *
 * @param folder where the trials are written and removed again
 * @param listProviders asked late, because it loads the model runtime
 */
export function workstationChecks(
  folder: string,
  logger: Logger,
  listProviders: () => Promise<readonly { readonly name: string; readonly bundled: boolean }[]>,
): DiagnosisCheck[] {
  return [
    {
      id: 'database',
      async run() {
        mkdirSync(folder, { recursive: true });
        const path = join(folder, `check-${randomUUID()}.gyrus`);
        try {
          const project = createProject(path, { logger });
          const values = Float32Array.from({ length: 250_000 }, (_, at) => Math.sin(at));
          const made = project.arrays.put({ name: 'check', shape: [250_000], dtype: 'float32' }, values);
          const same = project.arrays
            .readAs(made.id, 'float32')
            .data.every((value, at) => value === values[at]);
          project.close();
          if (!same)
            throw new UserError(
              'diagnosis.database-differs',
              'A project file gave back other values than were saved: check the disk.',
            );
          return { state: 'passed', facts: [{ key: 'written', value: 1, unit: 'MB' }] };
        } finally {
          for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
        }
      },
    },
    {
      id: 'disk',
      async run() {
        mkdirSync(folder, { recursive: true });
        const { bavail, bsize } = statfsSync(folder);
        const facts = [{ key: 'free', value: round(bavail * bsize), unit: 'GB' }];
        return { state: bavail * bsize < 5 * gigabyte ? 'warning' : 'passed', facts };
      },
    },
    {
      id: 'memory',
      async run() {
        const free = process.availableMemory();
        const facts = [
          { key: 'free', value: round(free), unit: 'GB' },
          { key: 'total', value: round(totalmem()), unit: 'GB' },
          { key: 'cores', value: availableParallelism(), unit: '' },
        ];
        return { state: free < 2 * gigabyte ? 'warning' : 'passed', facts };
      },
    },
    {
      id: 'providers',
      async run() {
        const providers = await listProviders();
        const facts = providers.map(({ name, bundled }) => ({
          key: name,
          value: bundled ? 'bundled' : 'external',
          unit: '',
        }));
        if (facts.length === 0)
          throw new UserError(
            'diagnosis.no-providers',
            'The model runtime knows no device to compute on: install Gyrus again.',
          );
        return { state: 'passed', facts };
      },
    },
    {
      id: 'write',
      async run() {
        mkdirSync(folder, { recursive: true });
        const path = join(folder, `check-${randomUUID()}.bin`);
        const bytes = new Uint8Array(16 * 1024 ** 2).fill(7);
        try {
          const started = performance.now();
          writeFileSync(path, bytes, { flush: true });
          const seconds = (performance.now() - started) / 1000;
          if (readFileSync(path).byteLength !== bytes.byteLength) throw new Error('short read');
          return {
            state: 'passed',
            facts: [{ key: 'speed', value: Math.round(16 / seconds), unit: 'MB/s' }],
          };
        } finally {
          rmSync(path, { force: true });
        }
      },
    },
  ];
}
