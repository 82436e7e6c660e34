import type { AuditEntry } from '../../src/api/requests';

type Short = [
  minutes: number,
  actor: string,
  action: AuditEntry['action'],
  job: string,
  step: string | null,
  reason: string | null,
  text: string,
];

const entries: Short[] = [
  [3, 'operator', 'job.resubmitted', 'fix-cache', null, 'disk was full', 'implement is ready again'],
  [9, 'operator', 'workflow_run.partial_rerun_requested', 'fix-login', null, 'flaky runner', 'test-linux'],
  [31, 'reviewer', 'approval.approved', 'test-quarantine', 'test', 'looks right', 'approved commit 3f9c1a2'],
  [48, 'operator', 'budget.raised', 'api-v2', null, null, 'from $5.00 to $10.00'],
  [66, 'operator', 'workflow_run.created', 'dark-mode', null, 'new baseline', 'run 2, from step implement'],
  [75, 'reviewer', 'approval.rejected', 'add-export', 'merge', 'the header row is missing', 'sent back to implement'],
  [190, 'operator', 'job.suspended', 'rename-module', null, 'release freeze until Monday', 'suspended'],
  [1620, 'operator', 'job.cancel_requested', 'flaky-tests', null, 'superseded by test-quarantine', 'cancel requested'],
  [1700, 'operator', 'task.restep_requested', 'flaky-tests', 'collect', 'more history', 'attempt 2 of collect'],
  [3010, 'operator', 'job.created', 'license-headers', null, null, 'from workflow headers'],
];

export function auditOf(now: Date): AuditEntry[] {
  return entries.map(([minutes, actor, action, job, step, reason, text], index) => ({
    id: `${job}.${40 - index}`,
    at: new Date(now.getTime() - minutes * 60_000).toISOString(),
    actor,
    action,
    job_id: job,
    run_id: `${job}.1`,
    task_id: step === null ? null : `${job}.1.${step}`,
    reason,
    text,
    plan_hash: action.includes('rerun') ? 'sha256:3f9c1a2b77d0' : null,
    payload: action.includes('rerun') ? { selected_step_ids: ['test-linux'], requested_by: actor, reason } : {},
  }));
}
