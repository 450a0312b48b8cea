import { Button, Modal } from '@mantine/core';
import {
  IconFileTypePdf,
  IconNote,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerRecord,
  IconPlayerStop,
  IconRotate,
  IconScale,
  IconWalk,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PressureTest } from '../../../main/contract/pressure-tests.ts';
import type { StationView } from '../../../main/contract/station.ts';
import { trpc } from '../../api/client.ts';
import { formatDuration } from '../../components/format.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './station.module.css';
import { TouchEntry } from './touch-entry.tsx';
import { useStationReport } from './use-station-report.ts';

interface StationActionsProps {
  readonly view: StationView;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
}

const PSEUDONYM = /^[A-Za-z0-9_-]{1,24}$/;

/** Large buttons, each a whole finger in a glove wide; text is typed on keys of the page's own. */
export function StationActions({ view, paused, onPause }: StationActionsProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState<'record' | 'annotate' | null>(null);
  const done = () => setAsking(null);
  const record = useMutation(trpc.station.record.mutationOptions({ onSuccess: done }));
  const stop = useMutation(
    trpc.station.stopRecording.mutationOptions({ onSuccess: () => client.invalidateQueries() }),
  );
  const annotate = useMutation(trpc.station.annotate.mutationOptions({ onSuccess: done }));
  const start = useMutation(trpc.station.startTest.mutationOptions());
  const finish = useMutation(trpc.station.stopTest.mutationOptions());
  const turned = useMutation(trpc.station.turned.mutationOptions());
  const report = useStationReport(view.device);
  const problem = stop.error ?? start.error ?? finish.error ?? turned.error ?? report.error ?? null;
  const size = { size: 'xl' as const, variant: 'default' as const, className: classes.action };
  const test = (kind: PressureTest, Icon: typeof IconScale) => {
    const running = view.test?.kind === kind;
    return (
      <Button
        {...size}
        {...(running ? { variant: 'filled' } : {})}
        leftSection={running ? <IconPlayerStop /> : <Icon />}
        disabled={view.test !== null && !running}
        onClick={() => (running ? finish.mutate() : start.mutate({ kind }))}
        data-testid={`station-${kind}`}
      >
        {running
          ? `${t('station:stop')} ${formatDuration(view.test?.seconds, i18n.language)}`
          : t(`station:test.${kind}`)}
      </Button>
    );
  };
  return (
    <footer className={classes.bottom}>
      {problem !== null && <ErrorLine error={problem} />}
      <Button
        {...size}
        leftSection={paused ? <IconPlayerPlay /> : <IconPlayerPause />}
        onClick={() => onPause(!paused)}
        data-testid="station-pause"
      >
        {t(paused ? 'station:continue' : 'station:pause')}
      </Button>
      {view.recording === null ? (
        <Button
          {...size}
          leftSection={<IconPlayerRecord />}
          onClick={() => setAsking('record')}
          data-testid="station-record"
        >
          {t('station:record')}
        </Button>
      ) : (
        <Button
          {...size}
          color="red"
          variant="filled"
          leftSection={<IconPlayerStop />}
          onClick={() => stop.mutate()}
          data-testid="station-record"
        >
          {formatDuration(view.recording.seconds, i18n.language)} · {view.recording.pseudonym}
        </Button>
      )}
      <Button
        {...size}
        leftSection={<IconNote />}
        disabled={view.recording === null}
        onClick={() => setAsking('annotate')}
        data-testid="station-annotate"
      >
        {t('station:annotate')}
      </Button>
      {test('balance', IconScale)}
      {test('gait', IconWalk)}
      <Button
        {...size}
        leftSection={<IconRotate />}
        onClick={() => turned.mutate()}
        data-testid="station-turned"
      >
        {t('station:turned')}
      </Button>
      <Button
        {...size}
        leftSection={<IconFileTypePdf />}
        loading={report.isPending}
        onClick={() => report.mutate()}
        data-testid="station-print"
      >
        {t('station:print')}
      </Button>
      <Modal
        opened={asking !== null}
        onClose={done}
        size="xl"
        title={asking === null ? '' : t(`station:${asking}`)}
        centered
      >
        {asking === 'record' && (
          <TouchEntry
            label={t('station:pseudonym')}
            hint={t('station:pseudonymText')}
            fits={(text) => PSEUDONYM.test(text)}
            error={record.error}
            onDone={(pseudonym) => record.mutate({ pseudonym })}
          />
        )}
        {asking === 'annotate' && (
          <TouchEntry
            label={t('station:note')}
            hint={t('station:noteText')}
            phrases={['turned', 'moved', 'pain', 'talked', 'cough', 'nurse'].map((name) =>
              t(`station:phrases.${name}`),
            )}
            fits={(text) => text.trim() !== ''}
            error={annotate.error}
            onDone={(text) => annotate.mutate({ text })}
          />
        )}
      </Modal>
    </footer>
  );
}
