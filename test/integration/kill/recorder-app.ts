import { startRecorder } from '../../../main/api/services/station/recorder.ts';
import { deviceSchema } from '../../../main/contract/live.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { createProject } from '../../../main/data/open-project.ts';

/** Records a frame every millisecond into a new project until it is killed, and says how many pieces are stored. */
const project = createProject(process.argv[2], { logger: createLogger(() => {}) });
const device = deviceSchema.parse({ name: 'mat', transport: { kind: 'udp', port: 1 }, rows: 4, cols: 2 });
const recorder = startRecorder(project, device, 'P1', performance.now(), () => {});
let index = 0;
setInterval(() => {
  recorder.add(
    { index, arrival: performance.now(), deviceClock: null, values: new Float32Array(8).fill(index) },
    null,
  );
  index += 1;
  if (index % 128 === 0)
    console.log(project.arrays.list().filter(({ contentHash }) => contentHash !== null).length);
}, 1);
