import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './page.module.css';
import { ScrollRegion } from './scroll-region.tsx';

export interface PageProps {
  /** Stable name for tests and for the document's title. */
  readonly name: string;
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly actions?: ReactNode;
  /** Details of what is selected; the column is absent where nothing can be selected. */
  readonly inspector?: ReactNode;
  /** False for work areas that fill the frame to its edges (tables, viewers). */
  readonly padded?: boolean;
  readonly children: ReactNode;
}

/** One page: a head line, the work area, and the inspector at the right. */
export function Page({ name, title, subtitle, actions, inspector, padded = true, children }: PageProps) {
  const { t } = useTranslation();
  return (
    <main className={classes.page} data-testid={`page-${name}`} aria-label={title}>
      <header className={classes.head}>
        <h1 className={classes.title}>{title}</h1>
        <span className={classes.subtitle} title={subtitle}>
          {subtitle}
        </span>
        <div className={classes.actions}>{actions}</div>
      </header>
      <div className={classes.columns}>
        <ScrollRegion
          className={padded ? `${classes.work} ${classes.padded}` : classes.work}
          aria-label={t('common:workArea')}
        >
          {children}
        </ScrollRegion>
        {inspector !== undefined && (
          <ScrollRegion
            className={classes.inspector}
            aria-label={t('common:inspector')}
            data-testid="inspector"
          >
            {inspector}
          </ScrollRegion>
        )}
      </div>
    </main>
  );
}
