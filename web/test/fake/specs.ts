// A small, believable jobs directory: every page has something to show in every state.
import type { Failure, JobStatus } from '../../src/api/types';

export interface JobSpec {
  id: string;
  description: string;
  status: JobStatus;
  reason?: string;
  /** `name:STATUS`, with `<need,need` where it depends on others than the step before it. */
  steps: string;
  cost: number | null;
  budget?: number;
  minutesAgo: number;
  runs?: number;
  waitingOn?: string;
  failures?: Record<string, { category: Failure['category']; message: string; attempts: number }>;
  because?: Record<string, string>;
}

export const specs: JobSpec[] = [
  {
    id: 'fix-login',
    description: 'Users are signed out after five minutes',
    status: 'INTERVENTION_REQUIRED',
    reason: 'step_failed',
    steps:
      'plan:SUCCESS implement:SUCCESS test-linux:FAILED<implement test-windows:FAILED<implement lint:SUCCESS<implement ' +
      'review:PENDING<test-linux,test-windows,lint',
    cost: 3.1,
    budget: 5,
    minutesAgo: 2,
    waitingOn: 'test-linux: exit 1 (+1)',
    failures: {
      'test-linux': { category: 'command_failed', message: 'exit code 1: 2 tests failed', attempts: 2 },
      'test-windows': { category: 'timeout', message: 'no result after 20 min', attempts: 1 },
    },
    because: { review: 'blocked by test-linux and test-windows (failed)' },
  },
  {
    id: 'add-export',
    description: 'Export of reports as CSV',
    status: 'APPROVAL_REQUIRED',
    reason: 'approval',
    steps: 'plan:SUCCESS implement:SUCCESS test:SUCCESS merge:APPROVAL_REQUIRED notify:PENDING',
    cost: 1.2,
    budget: 5,
    minutesAgo: 14,
    waitingOn: 'you, 14m',
    because: { merge: 'waits for an approval' },
  },
  {
    id: 'fix-cache',
    description: 'Cache keys collide between tenants',
    status: 'INTERVENTION_REQUIRED',
    reason: 'agent_stuck',
    steps: 'plan:SUCCESS implement:FAILED test:PENDING',
    cost: 0.84,
    budget: 4,
    minutesAgo: 3,
    waitingOn: 'implement: agent is stuck',
    failures: { implement: { category: 'agent_stuck', message: 'Which cache key format is meant: v1 or v2?', attempts: 1 } },
  },
  {
    id: 'upgrade-deps',
    description: 'Move to the next major version of the web framework',
    status: 'RUNNING',
    steps: 'plan:SUCCESS update:SUCCESS build:RUNNING test:PENDING',
    cost: 2.35,
    budget: 8,
    minutesAgo: 0,
    waitingOn: 'build: claude, 4m',
  },
  {
    id: 'docs-pass',
    description: 'Every public type has a sentence of documentation',
    status: 'PENDING',
    steps: 'outline:PENDING write:PENDING check:PENDING',
    cost: null,
    minutesAgo: 5,
    waitingOn: 'a slot: 2 of 2 are used by upgrade-deps, api-v2',
  },
  {
    id: 'api-v2',
    description: 'Second version of the public API',
    status: 'REVIEWING',
    steps: 'design:SUCCESS implement:REVIEWING migrate:PENDING docs:PENDING<implement',
    cost: 4.72,
    budget: 10,
    minutesAgo: 1,
    waitingOn: 'implement: codex reviews, round 2 of 3',
  },
  {
    id: 'slow-query',
    description: 'Orders page takes eleven seconds',
    status: 'INTERVENTION_REQUIRED',
    reason: 'budget',
    steps: 'measure:SUCCESS index:SUCCESS verify:PENDING',
    cost: 2.02,
    budget: 2,
    minutesAgo: 48,
    waitingOn: 'budget: $2.02 of $2.00',
  },
  {
    id: 'dark-mode',
    description: 'Dark theme for the settings dialog',
    status: 'SUCCESS',
    runs: 2,
    steps: 'plan:REUSED implement:SUCCESS screenshots:SUCCESS merge:SUCCESS',
    cost: 1.66,
    budget: 5,
    minutesAgo: 63,
  },
  {
    id: 'rename-module',
    description: 'Rename billing to invoicing everywhere',
    status: 'SUSPENDED',
    reason: 'release freeze until Monday',
    steps: 'plan:SUCCESS rename:SUCCESS test:PENDING',
    cost: 0.51,
    budget: 3,
    minutesAgo: 190,
    waitingOn: 'paused by operator: release freeze',
  },
  {
    id: 'flaky-tests',
    description: 'Find and mend tests that fail now and then',
    status: 'CANCELED',
    reason: 'superseded by test-quarantine',
    steps: 'collect:SUCCESS analyse:CANCELED mend:CANCELED',
    cost: 0.92,
    budget: 5,
    minutesAgo: 60 * 27,
  },
  {
    id: 'license-headers',
    description: 'Licence header in every source file',
    status: 'SUCCESS',
    steps: 'insert:SUCCESS verify:SUCCESS',
    cost: null,
    minutesAgo: 60 * 50,
  },
  {
    id: 'test-quarantine',
    description: 'Quarantine list for unstable tests',
    status: 'SUCCESS',
    steps: 'plan:SUCCESS implement:SUCCESS test:SUCCESS',
    cost: 1.18,
    budget: 5,
    minutesAgo: 60 * 76,
  },
];
