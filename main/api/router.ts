import { bidsRouter } from './routers/bids.ts';
import { clockRouter } from './routers/clock.ts';
import { dataRouter } from './routers/data.ts';
import { filesRouter } from './routers/files.ts';
import { jobsRouter } from './routers/jobs.ts';
import { keypointsRouter } from './routers/keypoints.ts';
import { meegRouter } from './routers/meeg.ts';
import { modalitiesRouter } from './routers/modalities.ts';
import { modelsRouter } from './routers/models.ts';
import { mulcogRouter } from './routers/mulcog.ts';
import { projectRouter } from './routers/project.ts';
import { settingsRouter } from './routers/settings.ts';
import { stationRouter } from './routers/station.ts';
import { stimuliRouter } from './routers/stimuli.ts';
import { studiesRouter } from './routers/studies.ts';
import { trainingRouter } from './routers/training.ts';
import { viewerRouter } from './routers/viewer.ts';
import { router } from './trpc.ts';

/** Everything that the page may ask, one router per noun. */
export const appRouter = router({
  bids: bidsRouter,
  clock: clockRouter,
  data: dataRouter,
  modalities: modalitiesRouter,
  meeg: meegRouter,
  files: filesRouter,
  jobs: jobsRouter,
  models: modelsRouter,
  mulcog: mulcogRouter,
  project: projectRouter,
  settings: settingsRouter,
  keypoints: keypointsRouter,
  station: stationRouter,
  stimuli: stimuliRouter,
  studies: studiesRouter,
  training: trainingRouter,
  viewer: viewerRouter,
});
export type AppRouter = typeof appRouter;
