import { useTranslation } from 'react-i18next';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import classes from './columns.module.css';

export interface ColumnSampleProps {
  readonly columns: readonly string[];
  /** The first rows, cell by cell. */
  readonly rows: readonly (readonly string[])[];
  /** Columns that the mapping uses, by name: what each is taken for. */
  readonly roles: ReadonlyMap<string, string>;
  /** How sure the guess is, 0 to 1; null where there is none. */
  readonly confidence: number | null;
}

/** From here on a guess is called sure, or likely. */
const SURE = 0.85;
const LIKELY = 0.6;

/** A table's first rows with what each column is taken for, and how sure that is. */
export function ColumnSample({ columns, rows, roles, confidence }: ColumnSampleProps) {
  const { t } = useTranslation();
  const word =
    confidence === null ? 'none' : confidence >= SURE ? 'sure' : confidence >= LIKELY ? 'likely' : 'unsure';
  return (
    <>
      <div className={classes[word]} data-testid="column-guess" data-guess={word}>
        {t(`modalities:columns.guess.${word}`)}
      </div>
      <ScrollRegion className={classes.sample} aria-label={t('modalities:columns.sample')}>
        <table aria-label={t('modalities:columns.sample')} data-testid="column-sample">
          <thead>
            <tr>
              {columns.map((column, at) => (
                <th key={at} scope="col" className={roles.has(column) ? classes.used : undefined}>
                  {column}
                  <span>{roles.get(column) ?? ''}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, line) => (
              <tr key={line}>
                {columns.map((_, at) => (
                  <td key={at}>{row[at]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

/** Names to choose from: tables may have columns without a name, or two of one. */
export function columnChoices(columns: readonly string[]): string[] {
  return [...new Set(columns.filter((name) => name !== ''))];
}
