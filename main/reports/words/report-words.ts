/** Every sentence of a report that does not come from the data; `{name}` stands for a value. */
export interface ReportWords {
  readonly language: string;
  readonly simulatedBanner: string;
  readonly summary: string;
  readonly madeOn: string;
  readonly tiles: {
    readonly subjects: string;
    readonly runs: string;
    readonly volumes: string;
    readonly voxels: string;
    readonly significant: string;
    readonly best: string;
  };
  readonly maps: string;
  readonly mapsCaption: string;
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly profiles: string;
  readonly profilesCaption: string;
  readonly rangeOverSubjects: string;
  readonly overVoxels: string;
  readonly histogram: string;
  readonly histogramCaption: string;
  readonly timeCourse: string;
  readonly mapsOnSurface: string;
  readonly timeCourseCaption: string;
  /** As timeCourseCaption, for values on a surface. */
  readonly placeCaption: string;
  readonly regions: string;
  readonly regionsCaption: string;
  readonly recovery: string;
  readonly recoveryCaption: string;
  readonly controls: string;
  readonly methods: string;
  readonly notices: string;
  readonly reproduce: string;
  readonly parameters: string;
  readonly versions: string;
  readonly splits: string;
  readonly inputs: string;
  readonly csv: string;
  readonly holds: string;
  readonly fails: string;
  /** Checks of a simulated study by name, with blanks for their numbers. */
  readonly checks: Readonly<Record<string, string>>;
  readonly axes: {
    readonly r: string;
    readonly meanR: string;
    readonly share: string;
    readonly time: string;
    readonly z: string;
    readonly layersAndControls: string;
  };
  readonly legend: {
    readonly observed: string;
    readonly null: string;
    readonly threshold: string;
    readonly ceiling: string;
    readonly measured: string;
    readonly predicted: string;
  };
  readonly columns: {
    readonly region: string;
    readonly subject: string;
    readonly voxels: string;
    readonly medianR: string;
    readonly range: string;
    readonly ceiling: string;
    readonly normalised: string;
    readonly significant: string;
    readonly layer: string;
    readonly tunedTo: string;
    readonly strength: string;
    readonly predictedR: string;
    readonly recoveredR: string;
    readonly estimatedCeiling: string;
    readonly wordRate: string;
    readonly fold: string;
    readonly test: string;
    readonly train: string;
    readonly file: string;
  };
  readonly controlNames: Readonly<Record<string, string>>;
  readonly controlMeanings: Readonly<Record<string, string>>;
}

/** Fills `{name}` blanks. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}
