import { existsSync, readFileSync } from 'node:fs';
import { composeServices } from '../../../main/compose.ts';
import { createLogger, stderrSink } from '../../../main/core/logger.ts';
import { resolvePaths } from '../../../main/core/paths.ts';

// Trains by a plan, as the command line would, and says each step on standard output.
const [, , path, plan, type = 'model.train'] = process.argv;
const services = await composeServices({ paths: resolvePaths(), logger: createLogger(stderrSink, 'error') });
const session = services.openSession(path, existsSync(path) ? 'open' : 'create');
session.jobs.onUpdate(({ progress }) => {
  if (progress?.unit === 'steps') process.stdout.write(`${progress.done}\n`);
});
const [known] = session.jobs.list();
const job = known ?? session.jobs.enqueue(type, JSON.parse(readFileSync(plan, 'utf8')));
const done = await session.jobs.wait(job.id);
await session.close();
if (done.state !== 'succeeded') process.stderr.write(`${JSON.stringify(done)}\n`);
process.exitCode = done.state === 'succeeded' ? 0 : 1;
