import type { AppEvent } from '../contract/events.ts';
import type { ImportPlan, ImportPreview, ImportProbe } from '../contract/importing.ts';
import type { Job, Preflight } from '../contract/jobs.ts';
import type {
  MeegEventCheck,
  MeegPlaces,
  MeegPlan,
  MeegPreview,
  ProbedMeeg,
} from '../contract/meeg-import.ts';
import type { VerifyOutcome } from '../contract/project.ts';
import type { FeatureSpaceInfo } from '../contract/stimuli.ts';
import type { StudyInfo } from '../contract/study.ts';
import type { Project } from '../data/project.ts';
import type { Diagnosis } from './services/diagnosis.ts';
import type { FileBrowser } from './services/file-browser.ts';
import type { SettingsFile } from './services/settings-file.ts';
import type { StationService } from './services/station/station-service.ts';

/** Long work of one open project, as the routers see it. */
export interface JobQueue {
  /** What the work would need. Throws UserError('job.unknown-type'). */
  preflight(type: string, params: unknown): Promise<Preflight | null>;
  /** Queues the work and returns its row; the same work done before comes back as its succeeded row. */
  enqueue(type: string, params: unknown): Job;
  list(): Job[];
  get(id: string): Job;
  /** Asks a running job to stop, or takes a queued one off the queue. */
  cancel(id: string): void;
  /** Queues a failed, cancelled or interrupted job again; it goes on from its cursor. */
  resume(id: string): void;
}

export interface OpenProject {
  readonly project: Project;
  readonly jobs: JobQueue;
}

/** The one project that a window works on. Opening another closes the first. */
export interface Workspace {
  current(): OpenProject | null;
  /** Throws UserError('project.none-open'). */
  require(): OpenProject;
  /** Opens an existing file and starts its jobs. Throws the data room's refusals. */
  open(path: string): Promise<OpenProject>;
  /** Makes a new file and opens it. Throws UserError('project.exists'). */
  create(path: string, name: string): Promise<OpenProject>;
  close(): Promise<void>;
}

/** The fMRI importer, as the wizard uses it; the import itself is a job. Paths come here already allowed. */
export interface FmriImporter {
  probe(paths: readonly string[]): Promise<ImportProbe>;
  /** The plan to begin with, guessed from the probe. */
  suggest(probe: ImportProbe): ImportPlan;
  /** What importing one run of a plan would see. Throws UserError('import.unknown-run'). */
  preview(plan: ImportPlan, image: string): Promise<ImportPreview>;
}

/** The MEG and EEG importer, as the wizard uses it. Paths come here already allowed. */
export interface MeegImporter {
  probe(paths: readonly string[]): Promise<ProbedMeeg[]>;
  /** The plan to begin with. Throws UserError('meeg.nothing') where nothing can be imported. */
  suggest(probed: readonly ProbedMeeg[]): MeegPlan;
  /** A stretch of a recording as the plan would store it. */
  preview(plan: MeegPlan, path: string, start: number, seconds: number): Promise<MeegPreview>;
  /** Events by name, and what the plan's thresholds would drop. */
  events(plan: MeegPlan, path: string): Promise<MeegEventCheck>;
  /** Places of electrodes and of the head that the recording lacks. Throws UserError('meeg.nothing-placed'). */
  places(path: string, from: 'standard' | readonly string[]): Promise<MeegPlaces>;
}

/** Events for the `/events` stream. */
export interface EventBus {
  publish(event: AppEvent): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: AppEvent) => void): () => void;
}

/** What a recording says of itself, for replaying it. */
export interface ReplayFacts {
  readonly rows: number;
  readonly cols: number;
  readonly frames: number;
  readonly rate: number | null;
  readonly unit: string;
  readonly cellSize: { readonly width: number; readonly height: number } | null;
}

/** All that the routers may use; built once in compose.ts. */
export interface ApiContext {
  readonly shell: 'electron' | 'web';
  readonly version: string;
  readonly workspace: Workspace;
  readonly settings: SettingsFile;
  readonly files: FileBrowser;
  readonly diagnosis: Diagnosis;
  readonly importing: FmriImporter;
  readonly meeg: MeegImporter;
  /** Checks a project file, from the database's pages to the hash of every chunk. */
  readonly verify: (path: string) => Promise<VerifyOutcome>;
  /** Feature spaces that this build can compute. */
  readonly featureSpaces: () => readonly FeatureSpaceInfo[];
  readonly studies: readonly StudyInfo[];
  readonly events: EventBus;
  readonly station: StationService;
  readonly serialPorts: () => Promise<
    readonly { readonly path: string; readonly manufacturer: string | null }[]
  >;
  /** Throws UserError as `openPressure`, and `files.*` where the page may not read there. */
  readonly replayFacts: (path: string) => Promise<ReplayFacts>;
}
