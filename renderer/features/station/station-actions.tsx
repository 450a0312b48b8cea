import { Button, Modal, TextInput } from '@mantine/core';
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
import type { StationTest, StationView } from '../../../main/contract/station.ts';
import { trpc } from '../../api/client.ts';
import { formatDuration } from '../../components/format.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './station.module.css';

interface StationActionsProps {
  readonly view: StationView;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
}

/** Large buttons, each a whole finger in a glove wide. */
export function StationActions({ view, paused, onPause }: StationActionsProps) {
  const { t } = useTranslation();
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
  const problem = record.error ?? stop.error ?? annotate.error ?? start.error ?? finish.error;
  const size = { size: 'xl' as const, variant: 'default' as const, className: classes.action };
  const test = (kind: StationTest, icon: typeof IconScale) => {
    const Icon = icon;
    const running = view.test?.kind === kind;
    return (
      <Button
        {...size}
        leftSection={running ? <IconPlayerStop /> : <Icon />}
        disabled={view.test !== null && !running}
        onClick={() => (running ? finish.mutate() : start.mutate({ kind }))}
        data-testid={`station-${kind}`}
      >
        {running ? `${t('station:stop')} ${formatDuration(view.test?.seconds)}` : t(`station:test.${kind}`)}
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
          {formatDuration(view.recording.seconds)} · {view.recording.pseudonym}
        </Button>
      )}
      <Button
        {...size}
        leftSection={<IconNote />}
        disabled={view.recording === null}
        onClick={() => setAsking('annotate')}
      >
        {t('station:annotate')}
      </Button>
      {test('balance', IconScale)}
      {test('gait', IconWalk)}
      <Button {...size} leftSection={<IconRotate />} onClick={() => turned.mutate()}>
        {t('station:turned')}
      </Button>
      <Button
        {...size}
        leftSection={<IconFileTypePdf />}
        onClick={() => window.print()}
        data-testid="station-print"
      >
        {t('station:print')}
      </Button>
      <Modal
        opened={asking !== null}
        onClose={done}
        title={asking === null ? '' : t(`station:${asking}`)}
        centered
      >
        <Ask
          label={t(asking === 'record' ? 'station:pseudonym' : 'station:note')}
          hint={asking === 'record' ? t('station:pseudonymText') : undefined}
          onDone={(text) =>
            asking === 'record' ? record.mutate({ pseudonym: text }) : annotate.mutate({ text })
          }
          fits={(text) => (asking === 'record' ? /^[A-Za-z0-9_-]{1,24}$/.test(text) : text.trim() !== '')}
        />
      </Modal>
    </footer>
  );
}

interface AskProps {
  readonly label: string;
  readonly hint: string | undefined;
  readonly fits: (text: string) => boolean;
  readonly onDone: (text: string) => void;
}

function Ask({ label, hint, fits, onDone }: AskProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  return (
    <form
      className={classes.ask}
      onSubmit={(event) => {
        event.preventDefault();
        if (fits(text)) onDone(text);
      }}
    >
      <TextInput
        size="lg"
        label={label}
        description={hint}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
        data-testid="station-ask"
      />
      <Button type="submit" size="lg" disabled={!fits(text)} data-testid="station-ask-done">
        {t('station:done')}
      </Button>
    </form>
  );
}
