import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that their digits line up. */
  readonly kind?: 'text' | 'number' | 'wide';
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selected?: string | null | undefined;
  /** The first column then becomes a button, so that rows can be chosen by keyboard as well. */
  readonly onSelect?: ((row: Row) => void) | undefined;
  readonly testId?: string;
}

const classOf = { text: undefined, number: classes.number, wide: classes.wide };

/** A dense table with one selectable row. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey, selected, onSelect } = props;
  return (
    <table className={classes.table} aria-label={props.label} data-testid={props.testId}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" className={classOf[column.kind ?? 'text']}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = rowKey(row);
          const chosen = key === selected;
          return (
            <tr
              key={key}
              data-row={key}
              className={`${onSelect ? classes.choosable : ''} ${chosen ? classes.chosen : ''}`}
              onClick={() => onSelect?.(row)}
              aria-current={chosen ? 'true' : undefined}
            >
              {columns.map((column, index) => (
                <td key={column.key} className={classOf[column.kind ?? 'text']}>
                  {index === 0 && onSelect !== undefined ? (
                    // The click goes on to the row, which selects itself.
                    <button type="button" className={classes.pick}>
                      {column.cell(row)}
                    </button>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
