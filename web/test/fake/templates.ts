import type { Template } from '../../src/api/requests';

export function templatesOf(now: Date): Template[] {
  const at = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
  const outcomes = (pattern: string, job: string): Template['outcomes'] =>
    Array.from(pattern).map((letter, index) => ({
      job_id: index === 0 ? job : `${job}-${index + 1}`,
      run_id: `${index === 0 ? job : `${job}-${index + 1}`}.1`,
      status: letter === 'S' ? 'success' : letter === 'A' ? 'aborted' : 'failed',
      at: at(index * 7 + 1),
    }));
  return [
    {
      id: 'fix-issue',
      name: 'fix-issue',
      description: 'Plan, implement, test on two systems, review',
      path: 'workflows/fix-issue.yaml',
      steps: [
        { id: 'plan', needs: [], kind: 'agent', agent: 'claude', title: 'Plan the change', approval: false },
        { id: 'implement', needs: ['plan'], kind: 'agent', agent: 'claude', title: 'Implement it', approval: false },
        { id: 'test-linux', needs: ['implement'], kind: 'command', agent: null, title: 'Test on Linux', approval: false },
        { id: 'test-windows', needs: ['implement'], kind: 'command', agent: null, title: 'Test on Windows', approval: false },
        { id: 'lint', needs: ['implement'], kind: 'command', agent: null, title: 'Lint', approval: false },
        {
          id: 'review',
          needs: ['test-linux', 'test-windows', 'lint'],
          kind: 'agent',
          agent: 'codex',
          title: 'Review',
          approval: true,
        },
      ],
      params: [
        { name: 'issue', type: 'string', default: null, required: true, description: 'Number or address of the issue' },
        { name: 'depth', type: 'number', default: '3', required: false, description: 'How many alternatives the plan compares' },
        { name: 'draft', type: 'boolean', default: 'false', required: false, description: 'Open the pull request as a draft' },
      ],
      problems: [],
      outcomes: outcomes('SSFSSSASSSFSSSSSSFSS', 'fix-login'),
      success_rate: 0.8,
      median_cost_usd: 1.42,
    },
    {
      id: 'docs-pass',
      name: 'docs-pass',
      description: 'Outline, write, check the documentation',
      path: 'workflows/docs-pass.yaml',
      steps: [
        { id: 'outline', needs: [], kind: 'agent', agent: 'claude', title: 'Outline', approval: false },
        { id: 'write', needs: ['outline'], kind: 'agent', agent: 'claude', title: 'Write', approval: false },
        { id: 'check', needs: ['write'], kind: 'command', agent: null, title: 'Check links', approval: false },
      ],
      params: [],
      problems: [],
      outcomes: outcomes('SSSF', 'docs-pass'),
      success_rate: 0.75,
      median_cost_usd: null,
    },
    {
      id: 'nightly',
      name: 'nightly',
      description: null,
      path: 'workflows/nightly.yaml',
      steps: [],
      params: [],
      problems: [
        { line: 12, column: 7, text: 'step "publish" needs "biuld", which is not a step; did you mean "build"?' },
        { line: 18, column: 3, text: 'unknown key "timeot"; did you mean "timeout"?' },
      ],
      outcomes: [],
      success_rate: null,
      median_cost_usd: null,
    },
  ];
}
