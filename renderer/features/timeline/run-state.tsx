import { useTranslation } from 'react-i18next';
import type { TrainingState } from '../../../main/contract/checkpoints.ts';

const colours: Record<TrainingState, string> = {
  waiting: 'var(--gy-muted)',
  training: 'var(--gy-accent)',
  paused: 'var(--gy-warn)',
  complete: 'var(--gy-good)',
  diverged: 'var(--gy-bad)',
  failed: 'var(--gy-bad)',
};

/** How far a run has come, as a word with its colour. */
export function RunState({ state }: { state: TrainingState }) {
  const { t } = useTranslation();
  return (
    <span style={{ color: colours[state] }} data-testid={`run-state-${state}`}>
      {t(`timeline:states.${state}`)}
    </span>
  );
}
