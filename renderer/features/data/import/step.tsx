import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './import.module.css';

export interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly state: 'later' | 'current' | 'done';
  /** What was chosen, in a few words, once the step is done. */
  readonly summary?: ReactNode;
  readonly last?: boolean;
  readonly children?: ReactNode;
}

/** One step of a vertical stepper; done steps stay open, so that a choice can still be changed. */
export function Step({ number, title, state, summary, last = false, children }: StepProps) {
  return (
    <section
      className={`${classes.step} ${classes[state]}`}
      aria-label={title}
      aria-current={state === 'current' ? 'step' : undefined}
      data-testid={`step-${number}`}
      data-state={state}
    >
      <div className={classes.mark}>
        <span className={classes.number}>
          {state === 'done' ? <IconCheck size={13} aria-hidden /> : number}
        </span>
        {!last && <span className={classes.stem} />}
      </div>
      <div>
        <h2 className={classes.heading}>
          {title}
          <span className={classes.summary}>{summary}</span>
        </h2>
        {state !== 'later' && <div className={classes.body}>{children}</div>}
      </div>
    </section>
  );
}
