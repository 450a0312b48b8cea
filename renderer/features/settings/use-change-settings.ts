import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SettingsPatch } from '../../../main/contract/settings.ts';
import { trpc } from '../../api/client.ts';

/** Changes settings and puts the answer where every page reads them. */
export function useChangeSettings(): { change: (patch: SettingsPatch) => void; error: unknown } {
  const client = useQueryClient();
  const mutation = useMutation(
    trpc.settings.change.mutationOptions({
      onSuccess: (settings) => client.setQueryData(trpc.settings.read.queryKey(), settings),
    }),
  );
  return { change: mutation.mutate, error: mutation.error };
}
