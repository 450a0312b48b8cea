import { useQuery } from '@tanstack/react-query';
import { trpc } from '../../../api/client.ts';
import { Answer } from '../../../components/states.tsx';
import { StandAndWalkSections } from './stand-and-walk.tsx';

/** Standing and walking in a stored pressure recording; nothing where its measures were not kept. */
export function PressureSummary({ id }: { id: string }) {
  const told = useQuery(trpc.modalities.standAndWalk.queryOptions({ id }));
  return (
    <Answer query={told}>{(data) => (data === null ? null : <StandAndWalkSections told={data} />)}</Answer>
  );
}
