import type { QueryClient } from '@tanstack/react-query';
import { type AppEvent, appEventSchema, type EventTopic } from '../../main/contract/events.ts';
import type { Job } from '../../main/contract/jobs.ts';
import { trpc } from './client.ts';

const reconnectMilliseconds = 1500;
const settledStates = new Set<Job['state']>(['succeeded', 'failed', 'cancelled', 'interrupted']);

/** Which answers are stale when a topic changed. */
function staleKeys(topic: EventTopic): readonly (readonly unknown[])[] {
  switch (topic) {
    case 'project':
      return [[]];
    case 'recordings':
      return [trpc.data.pathKey(), trpc.project.pathKey(), trpc.clock.pathKey()];
    case 'stimuli':
      return [trpc.stimuli.pathKey()];
    case 'studies':
      return [trpc.studies.pathKey(), trpc.viewer.pathKey()];
    case 'models':
      return [trpc.models.pathKey()];
    case 'training':
      return [trpc.training.pathKey(), ['timeline']];
    case 'jobs':
      return [trpc.jobs.pathKey()];
    case 'settings':
      return [trpc.settings.pathKey(), trpc.files.pathKey()];
    case 'files':
      return [trpc.files.pathKey()];
  }
}

/** Puts one event into the query cache: a job row replaces its row, a changed topic makes its answers stale. */
export function applyEvent(client: QueryClient, event: AppEvent): void {
  if (event.kind === 'hello') {
    void client.invalidateQueries();
  } else if (event.kind === 'changed') {
    for (const queryKey of staleKeys(event.topic)) void client.invalidateQueries({ queryKey });
  } else {
    const { job } = event;
    client.setQueryData(trpc.jobs.list.queryKey(), (rows) => upsert(rows, job));
    if (settledStates.has(job.state)) void client.invalidateQueries();
  }
}

function upsert(rows: Job[] | undefined, job: Job): Job[] | undefined {
  if (rows === undefined) return undefined;
  return rows.some((row) => row.id === job.id)
    ? rows.map((row) => (row.id === job.id ? job : row))
    : [job, ...rows];
}

/** Reads the event stream for as long as the page lives, and comes back after a lost connection. */
export async function followEvents(
  onEvent: (event: AppEvent) => void,
  onConnection: (connected: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch('/events', { signal, headers: { accept: 'text/event-stream' } });
      if (response.ok && response.body !== null) {
        onConnection(true);
        await readLines(response.body, (line) => {
          const event = parseEvent(line);
          if (event !== null) onEvent(event);
        });
      }
    } catch {
      // The loop below waits and tries again; the page says that it is not connected.
    }
    if (signal.aborted) return;
    onConnection(false);
    await new Promise((resolve) => setTimeout(resolve, reconnectMilliseconds));
  }
}

async function readLines(body: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  }
}

/** One `data: {…}` line of the stream; null for comments, blank lines and events of a newer version. */
export function parseEvent(line: string): AppEvent | null {
  if (!line.startsWith('data:')) return null;
  try {
    const parsed = appEventSchema.safeParse(JSON.parse(line.slice(5)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
