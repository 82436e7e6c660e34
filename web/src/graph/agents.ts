import type { Phase } from '../api/types';
import { Structure } from './structure';

/** Whether work can be sent back at this gate: an agent reads why, and none does where only commands come before it. */
export const canSendBack = (phases: readonly Phase[], gate: string): boolean => {
  const before = new Structure(phases).ancestors([gate]);
  return phases.some((phase) => phase.kind === 'agent' && before.has(phase.name));
};
