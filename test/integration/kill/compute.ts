import { createLogger, stderrSink } from '../../../main/core/logger.ts';
import { processPort } from '../../../main/jobs/carriers/process-port.ts';
import { serveCompute } from '../../../main/jobs/serve-compute.ts';
import { killRegistry } from './registry.ts';

serveCompute(processPort(), { registry: killRegistry(), logger: createLogger(stderrSink, 'error') });
