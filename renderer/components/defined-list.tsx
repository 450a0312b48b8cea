import classes from './defined-list.module.css';

export interface DefinedFact {
  readonly label: string;
  /** What the number is, in a short sentence. */
  readonly definition: string;
  readonly value: string;
  readonly testId?: string;
}

/** Numbers with their definition beside each. */
export function DefinedList({ facts }: { facts: readonly DefinedFact[] }) {
  return (
    <dl className={classes.list}>
      {facts.map(({ label, definition, value, testId }) => (
        <div key={label}>
          <dt>
            {label}
            <span>{definition}</span>
          </dt>
          <dd data-testid={testId}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
