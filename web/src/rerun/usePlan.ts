import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client';
import type { Plan, PlanRequest } from '../api/requests';
import type { JobDocument } from '../api/types';

const debounceMs = 150;

export interface LivePlan {
  plan: Plan | null;
  error: Error | null;
  loading: boolean;
  /** How many steps have another state than when the plan was made. */
  moved: number;
  current: boolean;
  /** The server refused the plan as no longer true. */
  refuse: () => void;
  update: () => void;
}

/** The plan of this request, asked for anew on each change. Making a plan changes nothing on the server. */
export function usePlan(doc: JobDocument, request: PlanRequest | null): LivePlan {
  const asked = JSON.stringify(request);
  const [settled] = useDebouncedValue(asked, debounceMs);
  const [refused, setRefused] = useState<string | null>(null);
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: ['plan', doc.job_id, settled],
    enabled: settled !== 'null',
    placeholderData: keepPreviousData,
    // A plan is true at its moment only.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
    queryFn: async () => ({
      plan: await post<Plan>(`/jobs/${encodeURIComponent(doc.job_id)}/rerun-plans`, JSON.parse(settled)),
      states: statesOf(doc),
    }),
  });

  const known = request !== null && !error ? (data ?? null) : null;
  const moved = known === null ? 0 : [...statesOf(doc)].filter(([step, state]) => known.states.get(step) !== state).length;
  const plan = known?.plan ?? null;
  const settledNow = settled === asked && !isFetching && !isPlaceholderData;
  return {
    plan,
    error: settled === asked && request !== null ? error : null,
    loading: request !== null && !settledNow,
    moved: settledNow ? Math.max(moved, plan !== null && refused === plan.plan_hash ? 1 : 0) : 0,
    current: settledNow && plan !== null && moved === 0 && refused !== plan.plan_hash,
    refuse: () => setRefused(plan?.plan_hash ?? null),
    update: () => {
      setRefused(null);
      void refetch();
    },
  };
}

const statesOf = (doc: JobDocument) => new Map(doc.phases.map((step) => [step.name, `${step.status} ${step.attempts}`]));
