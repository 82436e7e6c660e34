import { CircleAlert, CircleDollarSign, CircleHelp, GitMerge, type LucideIcon } from 'lucide-react';
import type { NeedKind } from '../../api/types';
import type { Tone } from '../../shared/status';

export const kindLooks: Record<NeedKind, { word: string; plural: string; icon: LucideIcon; tone: Tone }> = {
  approval: { word: 'Approval', plural: 'Approvals', icon: CircleHelp, tone: 'ask' },
  intervention: { word: 'Intervention', plural: 'Interventions', icon: CircleAlert, tone: 'fail' },
  budget: { word: 'Budget', plural: 'Budget', icon: CircleDollarSign, tone: 'fail' },
  conflict: { word: 'Merge conflict', plural: 'Conflicts', icon: GitMerge, tone: 'fail' },
};
