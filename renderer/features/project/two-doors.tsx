import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { baseName } from '../../components/format.ts';
import { usePathPicker } from '../../components/path-picker.tsx';
import { ErrorLine } from '../../components/states.tsx';
import classes from './project.module.css';
import { RecentProjects } from './recent-projects.tsx';

const ending = 'gyrus';

/** First start: look at the sample study, or bring your own recordings; below, projects opened before. */
export function TwoDoors() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const recent = useQuery(trpc.project.recent.queryOptions()).data ?? [];
  const open = useMutation(trpc.project.open.mutationOptions());
  const create = useMutation(
    trpc.project.create.mutationOptions({ onSuccess: () => navigate({ to: '/data/import' }) }),
  );
  const sample = useMutation(
    trpc.project.createSample.mutationOptions({ onSuccess: () => navigate({ to: '/project' }) }),
  );
  const sampleAt = usePathPicker(([path]) => path !== undefined && sample.mutate({ folder: path }));
  const createAt = usePathPicker(
    ([path]) => path !== undefined && create.mutate({ path, name: baseName(path).replace(/\.gyrus$/i, '') }),
  );
  const openAt = usePathPicker(([path]) => path !== undefined && open.mutate({ path }));
  const error = open.error ?? create.error ?? sample.error;

  return (
    <div data-testid="two-doors">
      <div className={classes.welcome}>
        <h2>{t('project:welcome')}</h2>
        <div>{t('project:welcomeText')}</div>
      </div>
      {error !== null && <ErrorLine error={error} />}
      <div className={classes.doors}>
        <section className={classes.door} aria-label={t('project:sample.title')}>
          <h2>{t('project:sample.title')}</h2>
          <p>{t('project:sample.text')}</p>
          <div>
            <Button
              variant="default"
              loading={sample.isPending}
              onClick={() => sampleAt.open({ kind: 'open-folder', title: t('project:sample.pick') })}
              data-testid="door-sample"
            >
              {t('project:sample.action')}
            </Button>
          </div>
        </section>
        <section className={classes.door} aria-label={t('project:own.title')}>
          <h2>{t('project:own.title')}</h2>
          <p>{t('project:own.text')}</p>
          <div>
            <Button
              loading={create.isPending}
              onClick={() =>
                createAt.open({
                  kind: 'save-file',
                  title: t('project:own.pick'),
                  suggestedName: t('project:own.suggestedName'),
                  extensions: [ending],
                })
              }
              data-testid="door-own"
            >
              {t('project:own.action')}
            </Button>
          </div>
        </section>
      </div>
      <section className={classes.recent} aria-label={t('project:recent')}>
        <h2 className={classes.heading}>
          {t('project:recent')}
          <Button
            variant="default"
            size="compact-xs"
            onClick={() =>
              openAt.open({ kind: 'open-files', title: t('project:open'), extensions: [ending] })
            }
            data-testid="project-open"
          >
            {t('project:openOther')}
          </Button>
        </h2>
        <RecentProjects recent={recent} onOpen={(path) => open.mutate({ path })} />
      </section>
      {sampleAt.dialog}
      {createAt.dialog}
      {openAt.dialog}
    </div>
  );
}
