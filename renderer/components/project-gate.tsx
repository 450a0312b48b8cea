import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/client.ts';
import { Answer, EmptyState } from './states.tsx';

/** Shows its children only while a project is open, and the way to one otherwise. */
export function ProjectGate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const project = useQuery(trpc.project.current.queryOptions());
  return (
    <Answer query={project}>
      {(facts) =>
        facts === null ? (
          <EmptyState title={t('common:noProjectTitle')} text={t('common:noProjectText')}>
            <Button onClick={() => void navigate({ to: '/project' })}>{t('common:toProject')}</Button>
          </EmptyState>
        ) : (
          children
        )
      }
    </Answer>
  );
}
