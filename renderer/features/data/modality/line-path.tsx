import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EyetrackingPreview, PlannedEyetracking } from '../../../../main/contract/modality-import.ts';
import { formatNumber } from '../../../components/format.ts';
import { ScanPath } from '../../../viewers/gaze/scan-path.tsx';
import classes from '../import/import.module.css';
import { nearestLine, useLineEditor } from './line-editor.ts';

export interface LinePathProps {
  readonly preview: EyetrackingPreview;
  readonly plan: PlannedEyetracking;
  readonly onChange: (change: Partial<PlannedEyetracking>) => void;
}

/** The scan path over a text, as seen and on its lines, with lines to be set by keyboard. */
export function LinePath({ preview, plan, onChange }: LinePathProps) {
  const { t, i18n } = useTranslation();
  const [view, setView] = useState<'lines' | 'seen'>('lines');
  const editor = useLineEditor(preview, plan.lines, (lines) => onChange({ lines }));
  const { fixations, lines, screen, words, trace } = preview;
  const number = (value: number) => formatNumber(value, i18n.language);
  const chosen = fixations[editor.selected];
  const moved = fixations.filter(({ line, y }) => line !== null && nearestLine(lines, y) !== line).length;
  const unsure = fixations.filter(({ agreement }) => agreement !== null && agreement < 0.6).length;
  const byHand = fixations.filter((fixation) => fixation.byHand).length;
  return (
    <>
      <div className={classes.row}>
        <SegmentedControl
          aria-label={t('modalities:lines.view')}
          value={view}
          onChange={(value) => setView(value === 'seen' ? 'seen' : 'lines')}
          data={(['seen', 'lines'] as const).map((value) => ({
            value,
            label: t(`modalities:lines.views.${value}`),
          }))}
          data-testid="line-view"
        />
        <Button variant="default" disabled={editor.undo === null} onClick={() => editor.undo?.()}>
          {t('modalities:lines.undo')}
        </Button>
        <Button
          variant="default"
          disabled={plan.lines.byHand.length === 0}
          onClick={() => onChange({ lines: { ...plan.lines, byHand: [] } })}
        >
          {t('modalities:lines.clear')}
        </Button>
      </div>
      <ScanPath
        screen={screen}
        words={words}
        trace={trace}
        fixations={fixations}
        {...(view === 'lines' ? { lines } : {})}
        selected={editor.selected}
        onSelect={editor.select}
        onKeyDown={editor.onKeyDown}
      />
      <p aria-live="polite" data-testid="line-status">
        {chosen !== undefined &&
          t(chosen.line === null ? 'modalities:lines.none' : 'modalities:lines.chosen', {
            number: number(editor.selected + 1),
            line: number((chosen.line ?? 0) + 1),
            lines: number(lines.length),
          })}{' '}
        {t('modalities:lines.summary', {
          moved: number(moved),
          unsure: number(unsure),
          byHand: number(byHand),
        })}
      </p>
    </>
  );
}
