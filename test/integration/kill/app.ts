import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, stderrSink } from '../../../main/core/logger.ts';
import { createForkCarrier } from '../../../main/jobs/carriers/fork-carrier.ts';
import { openSession } from '../../../main/jobs/project-session.ts';
import { killRegistry } from './registry.ts';

// Does all that is left to do of one counting job, as a command line would.
const path = process.argv[2];
const session = openSession(path, existsSync(path) ? 'open' : 'create', {
  registry: killRegistry(),
  carrier: createForkCarrier(join(import.meta.dirname, 'compute.ts')),
  logger: createLogger(stderrSink, 'error'),
  codeVersion: 'test',
});
session.jobs.onUpdate((job) => process.stdout.write(`${job.state}\n`));
const [known] = session.jobs.list();
const job = known ?? session.jobs.enqueue('test.counting', { chunks: 120, pauseMs: 4 });
const done = await session.jobs.wait(job.id);
await session.close();
if (done.state !== 'succeeded') process.stderr.write(`${JSON.stringify(done)}\n`);
process.exitCode = done.state === 'succeeded' ? 0 : 1;
