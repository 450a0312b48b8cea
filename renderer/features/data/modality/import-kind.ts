import type { TFunction } from 'i18next';
import type { ComponentType } from 'react';
import type { ErrorInfo, Notice } from '../../../../main/contract/errors.ts';
import type { Job } from '../../../../main/contract/jobs.ts';
import type { Column } from '../../../components/data-table.tsx';

/** What every probe tells of a file: where it lies, why it cannot be imported, and the plan to begin with. */
export interface FoundRow<P> {
  readonly path: string;
  readonly plan: P | null;
  readonly problem: ErrorInfo | null;
  readonly notices: readonly Notice[];
}

export interface ChoicesProps<R, P> {
  readonly plan: P;
  readonly found: R;
  readonly locked: boolean;
  readonly onChange: (change: Partial<P>) => void;
}

/** A preview may change the plan as well, unless it is locked. */
export interface PreviewProps<P> {
  readonly plan: P;
  readonly locked: boolean;
  readonly onChange: (change: Partial<P>) => void;
}

/** The part of a query that the wizard looks at. */
interface Probing<R> {
  readonly data: R[] | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
}

/** The part of a mutation that the wizard uses. */
interface Importing<P> {
  readonly data: Job | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly mutate: (plan: { files: P[] }) => void;
  readonly reset: () => void;
}

/** All that one kind of recording has of its own in the import wizard: rows `R` that a probe finds, plans `P`. */
export interface ImportKind<R extends FoundRow<P>, P extends { readonly path: string }> {
  readonly modality: 'pressure' | 'eyetracking' | 'ratings';
  /** Endings of files to choose from, without dots. */
  readonly extensions: readonly string[];
  readonly useProbe: (paths: readonly string[]) => Probing<R>;
  readonly useImport: () => Importing<P>;
  /** Columns of the table of what was found; `number` writes a number in the page's language. */
  readonly columns: (t: TFunction, number: (value: number) => string) => readonly Column<R>[];
  /** What files of the same layout have in common, for presets. */
  readonly layout: (row: R) => string;
  readonly Choices: ComponentType<ChoicesProps<R, P>>;
  readonly Preview: ComponentType<PreviewProps<P>>;
}
