import type { HTMLAttributes } from 'react';

type ScrollRegionProps = HTMLAttributes<HTMLElement> & {
  readonly 'aria-label': string;
  readonly 'data-testid'?: string;
};

/** A region with its own scroll bar. The keyboard can scroll only what it can reach, so it takes the focus. */
export function ScrollRegion({ children, ...rest }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, see above
    <section {...rest} tabIndex={0}>
      {children}
    </section>
  );
}
