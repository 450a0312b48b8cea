import { QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import superjson from 'superjson';
import type { AppRouter } from '../../main/api/router.ts';

/** Server state lives here and nowhere else; the event stream says what of it has gone stale. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, refetchOnWindowFocus: false, staleTime: 60_000 },
    mutations: { retry: false },
  },
});

export const api = createTRPCClient<AppRouter>({
  links: [
    httpBatchLink({
      url: new URL('/api', window.location.href).href,
      transformer: superjson,
      // Plans of wide tables and of many recordings are longer than addresses may be.
      methodOverride: 'POST',
    }),
  ],
});

/** What every procedure answers, by router and name. */
export type Answers = inferRouterOutputs<AppRouter>;

/** Query and mutation options of every procedure: `useQuery(trpc.jobs.list.queryOptions())`. */
export const trpc = createTRPCOptionsProxy<AppRouter>({ client: api, queryClient });
