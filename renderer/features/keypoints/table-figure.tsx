import { Button } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../components/data-table.tsx';
import { toCsv } from '../../viewers/figure/csv.ts';
import { fileStem, saveFile } from '../../viewers/figure/export.ts';
import classes from './keypoints.module.css';

export interface TableColumn<Row> {
  readonly key: string;
  /** With its unit. */
  readonly label: string;
  readonly text: (row: Row) => string;
  /** The number itself for the CSV file; the text where it is left out. */
  readonly value?: (row: Row) => number | null;
}

interface TableFigureProps<Row> {
  readonly title: string;
  /** What the columns mean. */
  readonly note: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly testId: string;
}

/** A table with its definitions, and its numbers as CSV. */
export function TableFigure<Row>({ title, note, columns, rows, rowKey, testId }: TableFigureProps<Row>) {
  const { t } = useTranslation('viewers');
  const save = () =>
    saveFile(
      `${fileStem(title)}.csv`,
      toCsv(
        columns.map(({ label }) => label),
        rows.map((row) =>
          columns.map(({ text, value }) => (value === undefined ? text(row) : (value(row) ?? Number.NaN))),
        ),
      ),
      'text/csv',
    );
  return (
    <section className={classes.part} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.heading}>{title}</h2>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconFileTypeCsv size={15} />}
          aria-label={`${t('export.csv')}: ${title}`}
          onClick={save}
        >
          CSV
        </Button>
      </div>
      <p className={classes.note}>{note}</p>
      <div className={classes.scroll}>
        <DataTable
          label={title}
          testId={testId}
          rows={rows}
          rowKey={rowKey}
          columns={columns.map(({ key, label, text, value }) => ({
            key,
            label,
            cell: text,
            kind: value === undefined ? ('text' as const) : ('number' as const),
          }))}
        />
      </div>
    </section>
  );
}
