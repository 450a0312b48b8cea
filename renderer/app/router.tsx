import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { BidsPage } from '../features/data/bids/bids-page.tsx';
import { ExportPage } from '../features/data/bids/export-page.tsx';
import { DataPage } from '../features/data/data-page.tsx';
import { ImportPage } from '../features/data/import/import-page.tsx';
import { MeegImportPage } from '../features/data/meeg/meeg-page.tsx';
import { EyetrackingImportPage } from '../features/data/modality/eyetracking-import.tsx';
import { PressureImportPage } from '../features/data/modality/pressure-import.tsx';
import { RatingsImportPage } from '../features/data/modality/ratings-import.tsx';
import { JobsPage } from '../features/jobs/jobs-page.tsx';
import { KeypointTrainPage } from '../features/keypoints/train-page.tsx';
import { InspectPage } from '../features/models/inspect-page.tsx';
import { ModelsPage } from '../features/models/models-page.tsx';
import { TrainPage } from '../features/models/train/train-page.tsx';
import { ProjectPage } from '../features/project/project-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { StationPage } from '../features/station/station-page.tsx';
import { ClockPage } from '../features/stimuli/clock/clock-page.tsx';
import { StimuliPage } from '../features/stimuli/stimuli-page.tsx';
import { NewStudyPage } from '../features/studies/new-study-page.tsx';
import { StudiesPage } from '../features/studies/studies-page.tsx';
import { Shell } from './shell.tsx';

/** Selection stands in the address, so that every number can link to its origin. */
function chosen<K extends string>(...keys: K[]) {
  return (search: Record<string, unknown>): Partial<Record<K, string>> =>
    Object.fromEntries(
      keys.flatMap((key) => {
        const value = search[key];
        return value === undefined || value === '' ? [] : [[key, String(value)]];
      }),
    ) as Partial<Record<K, string>>;
}

/** Files that an import begins with, such as those dropped on the window. */
function filesChosen(search: Record<string, unknown>): { paths?: string[] } {
  const { paths } = search;
  return Array.isArray(paths) && paths.length > 0 ? { paths: paths.map(String) } : {};
}

/** three and echarts are large; they are fetched when maps are first looked at. */
const ViewerPage = lazyRouteComponent(() => import('../features/viewer/viewer-page.tsx'), 'ViewerPage');

const TimelinePage = lazyRouteComponent(
  () => import('../features/timeline/timeline-page.tsx'),
  'TimelinePage',
);
const ComparePage = lazyRouteComponent(() => import('../features/timeline/compare-page.tsx'), 'ComparePage');

const KeypointsPage = lazyRouteComponent(
  () => import('../features/keypoints/keypoints-page.tsx'),
  'KeypointsPage',
);

const root = createRootRoute({ component: Shell });
const page = <P extends string>(path: P) => ({ getParentRoute: () => root, path });

const routes = root.addChildren([
  createRoute({
    ...page('/'),
    beforeLoad: () => {
      throw redirect({ to: '/project' });
    },
  }),
  createRoute({ ...page('/project'), component: ProjectPage }),
  createRoute({ ...page('/data'), component: DataPage, validateSearch: chosen('recording') }),
  createRoute({ ...page('/data/import'), component: ImportPage, validateSearch: filesChosen }),
  createRoute({ ...page('/data/import-meeg'), component: MeegImportPage, validateSearch: filesChosen }),
  createRoute({
    ...page('/data/import-pressure'),
    component: PressureImportPage,
    validateSearch: filesChosen,
  }),
  createRoute({
    ...page('/data/import-eyetracking'),
    component: EyetrackingImportPage,
    validateSearch: filesChosen,
  }),
  createRoute({ ...page('/data/import-ratings'), component: RatingsImportPage, validateSearch: filesChosen }),
  createRoute({ ...page('/data/import-bids'), component: BidsPage, validateSearch: filesChosen }),
  createRoute({ ...page('/data/export-bids'), component: ExportPage }),
  createRoute({ ...page('/stimuli'), component: StimuliPage, validateSearch: chosen('stimulus') }),
  createRoute({ ...page('/stimuli/clock'), component: ClockPage, validateSearch: chosen('recording') }),
  createRoute({ ...page('/models'), component: ModelsPage, validateSearch: chosen('model') }),
  createRoute({ ...page('/models/inspect'), component: InspectPage, validateSearch: chosen('model') }),
  createRoute({ ...page('/models/train'), component: TrainPage }),
  createRoute({ ...page('/timeline'), component: TimelinePage, validateSearch: chosen('run', 'a', 'b') }),
  createRoute({ ...page('/timeline/compare'), component: ComparePage, validateSearch: chosen('a', 'b') }),
  createRoute({ ...page('/studies'), component: StudiesPage, validateSearch: chosen('run') }),
  createRoute({ ...page('/studies/new'), component: NewStudyPage, validateSearch: chosen('study') }),
  createRoute({ ...page('/viewer'), component: ViewerPage, validateSearch: chosen('run', 'subject', 'map') }),
  createRoute({ ...page('/station'), component: StationPage, validateSearch: chosen('profile') }),
  createRoute({ ...page('/keypoints'), component: KeypointsPage, validateSearch: chosen('run') }),
  createRoute({ ...page('/keypoints/train'), component: KeypointTrainPage }),
  createRoute({ ...page('/jobs'), component: JobsPage, validateSearch: chosen('job') }),
  createRoute({ ...page('/settings'), component: SettingsPage }),
]);

export const router = createRouter({
  routeTree: routes,
  history: createHashHistory(),
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
