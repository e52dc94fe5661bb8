// What the pages ask the platform for, kept fresh while the page is visible.
import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import * as api from './client';
import { Problem } from './http';
import type { Instance, InstanceStart, InstanceStatus, Resolution } from './types';

const FRESH_EVERY_MS = 2500;
const RETRIES = 2;

/** Only a platform that cannot be reached, or fails, is asked again at once. */
function shouldRetry(failures: number, error: Error): boolean {
  const refused = error instanceof Problem && error.status >= 400 && error.status < 500;
  return !refused && failures < RETRIES;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, staleTime: 1000 } } });
}

export function isRunning(status: InstanceStatus): boolean {
  return status === 'active' || status === 'incident';
}

export function useDemoUsers() {
  return useQuery({ queryKey: ['users'], queryFn: api.listDemoUsers, staleTime: Infinity });
}

export function useProcesses() {
  return useQuery({
    queryKey: ['processes'],
    queryFn: ({ signal }) => api.listProcesses(signal),
    refetchInterval: FRESH_EVERY_MS,
    select: (page) => page.items,
  });
}

export function useBpmn(processId: string | undefined, version?: number) {
  return useQuery({
    queryKey: ['bpmn', processId, version ?? 'latest'],
    queryFn: ({ signal }) => api.getBpmn(processId ?? '', version, signal),
    enabled: processId !== undefined,
    staleTime: version === undefined ? 0 : Infinity,
  });
}

export function useReport(processId: string, version?: number) {
  return useQuery({
    queryKey: ['report', processId, version ?? 'latest'],
    queryFn: ({ signal }) => api.getReport(processId, version, signal),
    enabled: version !== undefined,
    staleTime: Infinity,
  });
}

export function useInstances(filter: api.InstanceFilter) {
  return useInfiniteQuery({
    queryKey: ['instances', filter],
    queryFn: ({ pageParam, signal }) => api.listInstances(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor ?? null,
    refetchInterval: FRESH_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

export function useInstance(id: string) {
  return useQuery({
    queryKey: ['instance', id],
    queryFn: ({ signal }) => api.getInstance(id, signal),
    refetchInterval: ({ state }) =>
      state.data && !isRunning(state.data.status) ? false : FRESH_EVERY_MS,
  });
}

/** The history is read once more after the instance has ended, then left alone. */
export function useHistory(id: string, status: Instance['status'] | undefined) {
  const running = status === undefined || isRunning(status);
  return useQuery({
    queryKey: ['history', id, running],
    queryFn: ({ signal }) => api.getHistory(id, signal),
    refetchInterval: running ? FRESH_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
}

export function useStartInstance(processId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: InstanceStart) => api.startInstance(processId, wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: ['instances'] }),
  });
}

function useRefreshInstance(id: string) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['instance', id] }),
      client.invalidateQueries({ queryKey: ['history', id] }),
      client.invalidateQueries({ queryKey: ['instances'] }),
    ]);
}

export function useCancelInstance(id: string) {
  const refresh = useRefreshInstance(id);
  return useMutation({ mutationFn: () => api.cancelInstance(id), onSettled: refresh });
}

export function useResolveIncident(id: string, incidentId: string) {
  const refresh = useRefreshInstance(id);
  return useMutation({
    mutationFn: (resolution: Resolution) => api.resolveIncident(id, incidentId, resolution),
    onSettled: refresh,
  });
}

export function useDeploy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ bpmn, companions }: { bpmn: File; companions: File[] }) => api.deployBpmn(bpmn, companions),
    onSuccess: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
}
