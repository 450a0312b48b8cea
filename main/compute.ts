import { composeCompute } from './compose.ts';
import { processPort } from './jobs/carriers/process-port.ts';
import { serveCompute } from './jobs/serve-compute.ts';

// The compute process: everything that would block or crash the main process runs here.
serveCompute(processPort(), await composeCompute());
