import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { applyEvent, followEvents } from '../api/events.ts';

/** Keeps the query cache true to the server; tells whether the stream is connected. */
export function useEventStream(): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    void followEvents((event) => applyEvent(client, event), setConnected, stop.signal);
    return () => stop.abort();
  }, [client]);
  return connected;
}
