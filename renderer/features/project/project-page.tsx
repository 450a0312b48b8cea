import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import { Answer } from '../../components/states.tsx';
import { ProjectOverview } from './project-overview.tsx';
import { TwoDoors } from './two-doors.tsx';

/** The open project; on a first start, the two doors. */
export function ProjectPage() {
  const { t } = useTranslation();
  const project = useQuery(trpc.project.current.queryOptions());
  const close = useMutation(trpc.project.close.mutationOptions());
  const facts = project.data ?? null;
  return (
    <Page
      name="project"
      title={facts?.name ?? t('app:nouns.project')}
      subtitle={facts?.path}
      actions={
        facts !== null && (
          <>
            {facts.simulated && <SimulatedBadge />}
            <Button
              variant="default"
              loading={close.isPending}
              onClick={() => close.mutate()}
              data-testid="project-close"
            >
              {t('project:close')}
            </Button>
          </>
        )
      }
    >
      <Answer query={project}>
        {(current) => (current === null ? <TwoDoors /> : <ProjectOverview facts={current} />)}
      </Answer>
    </Page>
  );
}
