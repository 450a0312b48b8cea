import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SurfaceInfo } from '../../../main/contract/surfaces.ts';
import { trpc } from '../../api/client.ts';
import { Answer, EmptyState } from '../../components/states.tsx';
import { isMapName, type MapName, mapNames } from './map-names.ts';
import { SubjectView } from './subject-view.tsx';
import { SurfaceChoice } from './surface-choice.tsx';
import classes from './viewer.module.css';

export interface RunViewProps {
  readonly runId: string;
  readonly runs: readonly { readonly id: string; readonly name: string }[];
}

/** Choice of run, subject and map; below, the maps themselves. */
export function RunView({ runId, runs }: RunViewProps) {
  const { t } = useTranslation();
  const result = useQuery(trpc.studies.encodingResult.queryOptions({ id: runId }));
  const search = useSearch({ from: '/viewer' });
  const [surface, setSurface] = useState<SurfaceInfo | null>(null);
  return (
    <Answer query={result}>
      {(data) => {
        if (data === null) return <EmptyState title={t('viewer:noMaps')} />;
        const subjects = data.subjects.map((subject) => subject.subject);
        const subject = subjects.find((name) => name === search.subject) ?? subjects[0];
        const map: MapName = isMapName(search.map) ? search.map : 'layers';
        if (subject === undefined) return <EmptyState title={t('viewer:noMaps')} />;
        return (
          <div className={classes.viewer}>
            <Choices runId={runId} runs={runs} subjects={subjects} subject={subject} map={map}>
              <SurfaceChoice value={surface} onChange={setSurface} />
            </Choices>
            <SubjectView
              key={`${subject} ${map}`}
              runId={runId}
              subject={subject}
              map={map}
              ownSurface={surface}
            />
          </div>
        );
      }}
    </Answer>
  );
}

interface ChoicesProps extends RunViewProps {
  readonly subjects: readonly string[];
  readonly subject: string;
  readonly map: MapName;
  readonly children: ReactNode;
}

function Choices({ runId, runs, subjects, subject, map, children }: ChoicesProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const go = (change: { run?: string; subject?: string; map?: string }) =>
    void navigate({ to: '/viewer', search: { run: runId, subject, map, ...change } });
  return (
    <div className={classes.bar}>
      <Select
        label={t('viewer:run')}
        w={300}
        allowDeselect={false}
        value={runId}
        data={runs.map((run) => ({ value: run.id, label: run.name }))}
        onChange={(value) => value !== null && go({ run: value })}
      />
      <Select
        label={t('viewer:subject')}
        w={120}
        allowDeselect={false}
        value={subject}
        data={[...subjects]}
        onChange={(value) => value !== null && go({ subject: value })}
        data-testid="viewer-subject"
      />
      <Select
        label={t('viewer:map')}
        w={280}
        allowDeselect={false}
        value={map}
        data={mapNames.map((name) => ({ value: name, label: t(`viewer:maps.${name}`) }))}
        onChange={(value) => value !== null && go({ map: value })}
        data-testid="viewer-map"
      />
      {children}
    </div>
  );
}
