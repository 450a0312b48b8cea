import { basename } from 'node:path';
import type { EncodingResult, EncodingSubject } from '../contract/encoding.ts';
import type { Project } from '../data/project.ts';
import { csvLink } from './data-links.ts';
import { escapeText } from './figures/svg.ts';
import { htmlTable } from './html-table.ts';
import { fill, type ReportWords } from './words/report-words.ts';

/** Parameters, software, splits and input files: what it takes to get these numbers again. */
export function reproducibility(project: Project, result: EncodingResult, words: ReportWords): string {
  const { provenance, params } = result;
  const { recordingIds: _ids, ...settings } = params;
  const list = (entries: readonly (readonly [string, string])[]): string =>
    `<dl>${entries.map(([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`).join('')}</dl>`;
  const parameters = Object.entries(settings).map(
    ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
  );
  const versions = [...Object.entries(provenance.versions), ['platform', provenance.platform] as const];
  const files = provenance.inputs.map((file) => [basename(file.path), file.sha256]);
  const csv = [
    ['path', 'bytes', 'sha256'],
    ...provenance.inputs.map((file) => [file.path, file.bytes, file.sha256]),
  ];
  return [
    `<h3>${words.parameters}</h3>${list(parameters)}`,
    `<h3>${words.versions}</h3>${list(versions)}`,
    ...result.subjects.map((subject) => splitOf(project, subject, words)),
    `<details open><summary>${words.inputs} (${files.length})</summary>${htmlTable([words.columns.file, 'SHA-256'], files, 'files')}</details>`,
    `<p>${csvLink('inputs', words.csv, csv)}</p>`,
  ].join('');
}

function splitOf(project: Project, subject: EncodingSubject, words: ReportWords): string {
  const label = (id: string): string => {
    const recording = project.recordings.find(id);
    return recording === null ? id : `run ${recording.run ?? '–'}`;
  };
  const ranges = (parts: EncodingSubject['split']['folds'][number]['test']): string =>
    parts.map((part) => `${label(part.recordingId)} [${part.start}, ${part.end})`).join(', ');
  const rows = subject.split.folds.map((fold, index) => [
    `#${index + 1}`,
    ranges(fold.test),
    ranges(fold.train),
  ]);
  const { columns } = words;
  return (
    `<h3>${fill(words.splits, { subject: escapeText(subject.subject) })}</h3>` +
    `${htmlTable([columns.fold, columns.test, columns.train], rows)}<p><code>${subject.split.hash}</code></p>`
  );
}
