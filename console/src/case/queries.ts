// What the applicant's page asks the platform for. It looks often only while it waits for the other side.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isRunning } from '../api/queries';
import type { Variables } from '../api/types';
import { useCase } from './CaseContext';

const WAITING_MS = 4000;
const WORKING_MS = 30_000;

export function useInstance() {
  const { api, link } = useCase();
  return useQuery({
    queryKey: ['case'],
    queryFn: ({ signal }) => api.readInstance(link.instanceId, signal),
    refetchInterval: ({ state }) => (state.data && !isRunning(state.data.status) ? false : WAITING_MS),
  });
}

/** The open tasks that are meant for the holder of the link. */
export function useTasks() {
  const { api } = useCase();
  return useQuery({
    queryKey: ['tasks'],
    queryFn: ({ signal }) => api.listTasks(signal),
    refetchInterval: ({ state }) => (state.data && state.data.length > 0 ? WORKING_MS : WAITING_MS),
  });
}

/** Read once: what is being filled in must not change under the applicant's hands. */
export function useTask(id: string) {
  const { api } = useCase();
  return useQuery({
    queryKey: ['task', id],
    queryFn: ({ signal }) => api.readTask(id, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** The name of the one product that has this process, in the page's language; undefined where none or several have. */
export function useProductName(processId: string | undefined): string | undefined {
  const { api, language } = useCase();
  const offers = useQuery({
    queryKey: ['offers', language],
    queryFn: ({ signal }) => api.listOffers(signal),
    staleTime: Infinity,
    enabled: processId !== undefined,
  });
  const named = (offers.data ?? []).filter((offer) => offer.processId === processId);
  return named.length === 1 ? named[0]?.name : undefined;
}

export function useRefreshCase() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['case'] }),
      client.invalidateQueries({ queryKey: ['tasks'] }),
    ]);
}

export function useCompleteTask(id: string) {
  const { api } = useCase();
  return useMutation({ mutationFn: (variables: Variables) => api.completeTask(id, variables) });
}
