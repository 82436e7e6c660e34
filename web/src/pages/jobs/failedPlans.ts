// What running the failed steps of several jobs again would do, job by job, as the server plans it.
import { useEffect, useReducer } from 'react';
import { get, newKey, post } from '../../api/client';
import type { PartialRerunRequest, Plan } from '../../api/requests';
import type { JobDocument } from '../../api/types';
import { eachOf } from '../../shared/eachOf';

export type Planned =
  | { state: 'planning' }
  /** Nothing would be done to this job, and why. */
  | { state: 'nothing'; why: string }
  | { state: 'planned'; plan: Plan; tasks: string[]; key: string }
  | { state: 'done' }
  | { state: 'refused'; why: string };

type Known = ReadonlyMap<string, Planned>;

const none: Known = new Map<string, Planned>();

/** Plans for these jobs, asked for once. `confirm` carries out exactly those that are shown. */
export function useFailedPlans(jobs: readonly string[]) {
  const [known, put] = useReducer((old: Known, [job, planned]: [string, Planned]) => new Map(old).set(job, planned), none);
  useEffect(() => {
    const gone = new AbortController();
    void eachOf(jobs, async (job) => {
      const planned = await planOf(job, gone.signal);
      if (!gone.signal.aborted) put([job, planned]);
    });
    return () => gone.abort();
  }, [jobs]);

  const confirm = (by: string, reason: string) =>
    eachOf(jobs, async (job) => {
      const planned = known.get(job);
      if (planned?.state === 'planned') put([job, await carriedOut(planned, by, reason)]);
    });
  return { of: (job: string): Planned => known.get(job) ?? { state: 'planning' }, confirm };
}

async function planOf(job: string, signal: AbortSignal): Promise<Planned> {
  try {
    const at = `/jobs/${encodeURIComponent(job)}`;
    const { phases, can } = await get<JobDocument>(at, {}, signal);
    const failed = phases.filter(({ status }) => status === 'FAILED' || status === 'CANCELED');
    if (failed.length === 0) return { state: 'nothing', why: 'No step failed.' };
    if (!can.partial_rerun.ok) return { state: 'nothing', why: can.partial_rerun.why ?? 'Not possible now.' };
    const tasks = failed.map((phase) => phase.task_id);
    const plan = await post<Plan>(`${at}/rerun-plans`, { kind: 'partial_rerun', task_ids: tasks, step_ids: [] });
    return { state: 'planned', plan, tasks, key: newKey() };
  } catch (error) {
    return { state: 'nothing', why: messageOf(error) };
  }
}

async function carriedOut({ plan, tasks, key }: Planned & { state: 'planned' }, by: string, reason: string): Promise<Planned> {
  const body: PartialRerunRequest = {
    task_ids: tasks,
    step_ids: [],
    requested_by: by,
    reason,
    auto_dispatch: true,
    plan_hash: plan.plan_hash,
  };
  try {
    await post(`/workflow-runs/${encodeURIComponent(plan.run_id)}/partial-rerun`, body, { idempotencyKey: key });
    return { state: 'done' };
  } catch (error) {
    return { state: 'refused', why: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
