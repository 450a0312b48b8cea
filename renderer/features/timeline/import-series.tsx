import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { baseName } from '../../components/format.ts';
import { usePathPicker } from '../../components/path-picker.tsx';
import { ErrorLine } from '../../components/states.tsx';

/** Brings in a folder of checkpoints (step1000, checkpoint-1000 …) as a run; the jobs tray tells how far it is. */
export function ImportSeries() {
  const { t } = useTranslation();
  const start = useMutation(trpc.training.importSeries.mutationOptions());
  const picker = usePathPicker((folders) => {
    const [first] = folders;
    if (first !== undefined) start.mutate({ folders, name: baseName(first) });
  });
  return (
    <>
      {start.error !== null && <ErrorLine error={start.error} />}
      <Button
        variant="default"
        loading={start.isPending}
        onClick={() => picker.open({ kind: 'open-folder', title: t('timeline:importTitle') })}
        data-testid="import-series"
      >
        {t('timeline:import')}
      </Button>
      {picker.dialog}
    </>
  );
}
