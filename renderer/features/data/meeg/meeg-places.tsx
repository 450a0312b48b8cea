import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MeegPlaces, PlannedMeeg, ProbedMeeg } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { formatNumber } from '../../../components/format.ts';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from '../import/import.module.css';

export interface MeegPlacesChoiceProps {
  readonly probed: ProbedMeeg;
  readonly run: PlannedMeeg;
  readonly locked: boolean;
  readonly onChange: (changes: Pick<PlannedMeeg, 'positions' | 'head'>) => void;
}

const extensions = ['elp', 'hsp', 'txt', 'hpts', 'sfp', 'elc', 'tsv', 'csv', 'sqd', 'mrk', 'con'];

/** Places of electrodes and of the head that the recording's own file lacks. */
export function MeegPlacesChoice({ probed, run, locked, onChange }: MeegPlacesChoiceProps) {
  const { t, i18n } = useTranslation();
  const find = useMutation(
    trpc.meeg.places.mutationOptions({
      onSuccess: ({ positions, head }: MeegPlaces) => onChange({ positions, head }),
    }),
  );
  const picker = usePathPicker((paths) => paths.length > 0 && find.mutate({ path: run.path, from: paths }));
  const bare = probed.channels.filter(({ type, position }) => type === 'eeg' && position === null).length;
  if (bare === 0 && probed.modality === 'eeg') return null;
  const number = (value: number, decimals = 0) => formatNumber(value, i18n.language, decimals);
  const placed = Object.keys(run.positions).length;
  const given = placed > 0 || run.head !== null;
  return (
    <>
      <div className={classes.row}>
        {bare > 0 && (
          <Button
            variant="default"
            disabled={locked}
            loading={find.isPending}
            onClick={() => find.mutate({ path: run.path, from: 'standard' })}
            data-testid="places-standard"
          >
            {t('meeg:places.standard')}
          </Button>
        )}
        <Button
          variant="default"
          disabled={locked}
          onClick={() =>
            picker.open({ kind: 'open-files', title: t('meeg:places.files'), multiple: true, extensions })
          }
          data-testid="places-files"
        >
          {t('meeg:places.files')}
        </Button>
        {given && (
          <Button variant="subtle" disabled={locked} onClick={() => onChange({ positions: {}, head: null })}>
            {t('meeg:typesAsFile')}
          </Button>
        )}
      </div>
      {find.error !== null && <ErrorLine error={find.error} />}
      <div data-testid="places-text">
        {bare > 0 && t('meeg:places.placed', { placed: number(placed), electrodes: number(bare) })}{' '}
        {run.head !== null &&
          (run.head.error === null
            ? t('meeg:places.noFit', { files: run.head.from.join(', ') })
            : t('meeg:places.fitted', {
                coils: number(run.head.digitised.coils.length),
                error: number(1000 * run.head.error, 1),
              }))}
      </div>
      {picker.dialog}
    </>
  );
}
