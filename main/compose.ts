import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ApiContext, FmriImporter } from './api/context.ts';
import { createHandler } from './api/handler.ts';
import { createDiagnosis } from './api/services/diagnosis.ts';
import { workstationChecks } from './api/services/diagnosis-checks.ts';
import { createEventBus } from './api/services/event-bus.ts';
import { createFileBrowser } from './api/services/file-browser.ts';
import { verifyOutcome } from './api/services/project-facts.ts';
import { openSettingsFile } from './api/services/settings-file.ts';
import { createStationService, type StationService } from './api/services/station/station-service.ts';
import { createWorkspace } from './api/services/workspace.ts';
import type { Settings } from './contract/settings.ts';
import { UserError } from './core/errors.ts';
import { createLogger, type Logger, stderrSink } from './core/logger.ts';
import { type Paths, readVersion, resolvePaths } from './core/paths.ts';
import { ignoreProgress } from './core/progress.ts';
import { folderResources } from './core/resource-store.ts';
import { verifyProject } from './data/verify.ts';
import { bidsImportJob } from './importing/bids/ingest.ts';
import { importSeriesJob } from './importing/checkpoints/import-series.ts';
import { dicomConversionJob } from './importing/dicom/convert-job.ts';
import { eyetrackingImportJob } from './importing/eyetracking/ingest.ts';
import { fmriImportJob } from './importing/fmri/ingest.ts';
import { suggestPlan } from './importing/fmri/plan.ts';
import { previewRun } from './importing/fmri/preview.ts';
import { probeFmri } from './importing/fmri/probe.ts';
import { checkEvents } from './importing/meeg/check-events.ts';
import { meegImportJob } from './importing/meeg/ingest.ts';
import { findPlaces } from './importing/meeg/places.ts';
import { previewMeeg } from './importing/meeg/preview.ts';
import { probeMeeg, suggestMeegPlan } from './importing/meeg/probe.ts';
import { mulcogImportJob } from './importing/mulcog/ingest.ts';
import { pressureImportJob } from './importing/pressure/ingest.ts';
import { ratingsImportJob } from './importing/ratings/ingest.ts';
import type { Carrier } from './jobs/carriers/carrier.ts';
import { createForkCarrier } from './jobs/carriers/fork-carrier.ts';
import { createJobRegistry, type JobRegistry } from './jobs/job-registry.ts';
import { openSession, type ProjectSession } from './jobs/project-session.ts';
import { bidsExportJob } from './reports/bids/export-job.ts';
import type { DeviceChoice } from './runtime/providers.ts';
import type { App, ShellOptions } from './shells/app.ts';
import { createFeatureSpaces } from './stimuli/feature-spaces.ts';
import { encodingJob } from './studies/encoding/encoding-job.ts';
import { sampledFeatures } from './studies/encoding/sampled-features.ts';
import type { StudyDeps } from './studies/encoding/study-deps.ts';
import { studies } from './studies/list.ts';
import { certifyJob } from './studies/models/certify-job.ts';
import { readTextJob } from './studies/models/read-text-job.ts';
import type { MulcogDeps } from './studies/mulcog/deps.ts';
import { mulcogJob } from './studies/mulcog/mulcog-job.ts';
import { keypointJob } from './studies/pressure-keypoints/keypoint-job.ts';
import { trainRecordingsJob } from './studies/pressure-keypoints/recordings/train-recordings-job.ts';
import { simulatedSupply } from './studies/pressure-keypoints/simulated/simulated-supply.ts';
import type { SampleDeps } from './studies/sample/make-sample.ts';
import { sampleJob } from './studies/sample/sample-job.ts';
import { auditJob } from './studies/training/audit-job.ts';
import { compareJob } from './studies/training/compare-job.ts';
import { openHeldOutLoss } from './studies/training/held-out-loss.ts';
import { trainJob } from './studies/training/train-job.ts';
import type { MatrixEngine } from './tensor/engine.ts';

export interface ComposeOptions {
  readonly paths: Paths;
  readonly logger: Logger;
  /** How compute processes are started; Node's fork when left out. */
  readonly carrier?: Carrier;
}

/** What both the app and the commands work with. */
export interface Services {
  readonly version: string;
  readonly registry: JobRegistry;
  /** Opens or makes a project and takes up its jobs. Throws the data room's refusals. */
  openSession(path: string, how: 'open' | 'create'): ProjectSession;
}

/** Wires what needs no page: job types, and projects with their queue and compute process. */
export async function composeServices({ paths, logger, carrier }: ComposeOptions): Promise<Services> {
  const version = readVersion(paths.root);
  const registry = await composeRegistry(paths);
  const deps = {
    registry,
    carrier: carrier ?? createForkCarrier(paths.computeEntry),
    logger,
    codeVersion: version,
  };
  return { version, registry, openSession: (path, how) => openSession(path, how, deps) };
}

/**
 * Every job type there is, one line each. Both processes build this: the main process asks for titles, parameters
 * and pre-flight, the compute process runs. What is heavy (sessions, encoders) must be loaded inside `run`.
 */
export async function composeRegistry(paths: Paths): Promise<JobRegistry> {
  const version = readVersion(paths.root);
  const registry = createJobRegistry();
  registry.register(fmriImportJob(version));
  registry.register(meegImportJob(version));
  registry.register(bidsImportJob(version));
  registry.register(mulcogImportJob(version));
  registry.register(pressureImportJob(version));
  registry.register(eyetrackingImportJob(version));
  registry.register(ratingsImportJob(version));
  registry.register(dicomConversionJob(paths.staging));
  registry.register(bidsExportJob(version));
  registry.register(sampleJob(() => composeSampleDeps(paths, version)));
  const studyDeps = composeStudyDeps(paths, version);
  registry.register(encodingJob(studyDeps));
  registry.register(mulcogJob(composeMulcogDeps(paths, studyDeps)));
  registry.register(importSeriesJob(version));
  registry.register(auditJob());
  registry.register(certifyJob());
  registry.register(readTextJob());
  registry.register(compareJob(studyDeps.engine));
  const resources = folderResources(paths.resources);
  const measurement = join(paths.userData, 'devices.json');
  const device = async (choice: DeviceChoice) =>
    (await import('./tensor/devices.ts')).resolveDevice(choice, measurement);
  const speed = async (choice: DeviceChoice) =>
    (await import('./tensor/devices.ts')).measuredSpeed(choice, measurement);
  const evaluators = [openHeldOutLoss];
  registry.register(trainJob({ resources, codeVersion: version, device, speed, evaluators }));
  registry.register(keypointJob(studyDeps));
  registry.register(trainRecordingsJob(version));
  return registry;
}

function composeSampleDeps(paths: Paths, version: string): SampleDeps {
  const resources = folderResources(paths.resources);
  return { resources, spaces: createFeatureSpaces(resources), generator: { name: 'Gyrus', version } };
}

/** What studies need of other rooms. The engine is made when the first study runs, and kept. */
export function composeStudyDeps(paths: Paths, version: string): StudyDeps {
  const spaces = createFeatureSpaces(folderResources(paths.resources));
  let engine: Promise<MatrixEngine> | null = null;
  return {
    engine() {
      engine ??= import('./tensor/runtime-engine.ts').then((module) => module.createRuntimeEngine());
      return engine;
    },
    featureSpace: (id) => spaces.get(id).info,
    sampledFeatures: (project, request, signal, report) =>
      sampledFeatures(spaces, project, request, signal, report),
    codeVersion: version,
    versions: { gyrus: version, node: process.versions.node },
  };
}

/** What the MulCogBench study needs; model folders are opened only when a study asks for one. */
export function composeMulcogDeps(
  paths: Paths,
  { engine, codeVersion, versions }: Pick<StudyDeps, 'engine' | 'codeVersion' | 'versions'>,
): MulcogDeps {
  const resources = folderResources(paths.resources);
  return {
    resources,
    spaces: createFeatureSpaces(resources),
    engine,
    embedFolder: async (folder, texts, options) =>
      (await import('./studies/mulcog/embed-folder.ts')).embedFolder(folder, texts, options),
    embedCheckpoint: async (project, id, texts, options) =>
      (await import('./studies/mulcog/embed-folder.ts')).embedCheckpoint(project, id, texts, options),
    codeVersion,
    versions,
  };
}

/** The compute process's own wiring. */
export async function composeCompute(): Promise<{ registry: JobRegistry; logger: Logger }> {
  const logger = createLogger(stderrSink, 'warn', 'gyrus.compute');
  return { registry: await composeRegistry(resolvePaths()), logger };
}

/** Wires the app behind a shell: one handler over one workspace. */
export async function composeApp({ shell, paths, logger, carrier }: ShellOptions): Promise<App> {
  const services = await composeServices({ paths, logger, ...(carrier ? { carrier } : {}) });
  const settings = openSettingsFile(join(paths.userData, 'settings.json'));
  const events = createEventBus();
  const workspace = createWorkspace({ openSession: services.openSession, settings, events, logger });
  const featureSpaces = createFeatureSpaces(folderResources(paths.resources));
  // The desktop window picks files with native dialogs, which are the user's own hand; a page may not roam the disk.
  const roots = () =>
    shell === 'electron' ? null : [homedir(), paths.staging, ...chosenFolders(settings.read())];
  const context: ApiContext = {
    shell,
    version: services.version,
    workspace,
    settings,
    files: createFileBrowser(roots, homedir()),
    diagnosis: createDiagnosis(workstationChecks(join(paths.userData, 'check'), logger, listProviders)),
    importing: composeImporter(),
    meeg: {
      probe: probeMeeg,
      suggest: suggestMeegPlan,
      preview: previewMeeg,
      events: checkEvents,
      places: findPlaces,
    },
    verify: async (path) =>
      verifyOutcome(await verifyProject(path, { logger }, new AbortController().signal, ignoreProgress)),
    featureSpaces: featureSpaces.list,
    studies,
    events,
    station: composeStation(),
    serialPorts: async () => (await import('./live/transports/serial.ts')).listSerialPorts(),
    replayFacts: async (path) => (await import('./live/transports/replay.ts')).replayFacts(path),
  };
  const handle = createHandler({
    context,
    logger: logger.child('api'),
    renderer: paths.renderer,
    resources: paths.resources,
    staging: shell === 'web' ? paths.staging : null,
  });
  return {
    context,
    handle,
    async close() {
      await context.station.close();
      await workspace.close();
    },
  };
}

/** The station finds keypoints in this process: a light model takes a few milliseconds a frame. Loaded when asked. */
function composeStation(): StationService {
  return createStationService(simulatedSupply, async (project, run, name, floor) => {
    const { openStationModel } = await import('./studies/pressure-keypoints/posture-reader.ts');
    return openStationModel(project, run, name, floor, new AbortController().signal);
  });
}

function composeImporter(): FmriImporter {
  return {
    probe: probeFmri,
    suggest: suggestPlan,
    preview(plan, image) {
      const run = plan.runs.find((planned) => planned.image === image);
      if (!run) throw new UserError('import.unknown-run', `${image} is not a run of this plan.`, { image });
      return previewRun({ run, mask: plan.mask, confounds: plan.confounds, wordOffset: plan.wordOffset });
    },
  };
}

/** Folders that the user allowed in so many words, and those of projects that were opened from the command line. */
function chosenFolders({ allowedFolders, recentProjects }: Settings): string[] {
  return [...allowedFolders, ...recentProjects.map(({ path }) => dirname(path))];
}

/** Loaded only when asked: the native model runtime has no business in the main process otherwise. */
async function listProviders(): Promise<readonly { readonly name: string; readonly bundled: boolean }[]> {
  return (await import('./runtime/providers.ts')).listProviders();
}
