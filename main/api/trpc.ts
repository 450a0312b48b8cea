import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { toErrorInfo, UserError } from '../core/errors.ts';
import type { ApiContext } from './context.ts';

const trpc = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  /** The page shows `data.info`: code and blanks for the translation, the English sentence as fallback. */
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, stack: undefined, info: toErrorInfo(error.cause ?? error) },
  }),
});

export const router = trpc.router;

/** Every procedure: a refusal answers 400 with its code and blanks, anything else is an internal fault. */
export const procedure = trpc.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof UserError) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: result.error.cause.message,
      cause: result.error.cause,
    });
  }
  return result;
});
