import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { agentsQuery } from '../../api/queries';
import type { AgentFound } from '../../api/requests';
import { Status } from '../../shared/Status';

/** Which agents the server can start. It starts each one to ask for its version, so only when asked. */
export function Agents() {
  const agents = useQuery(agentsQuery());
  return (
    <div className="agents">
      <Button
        variant="default"
        leftSection={<Search size={14} />}
        loading={agents.isFetching}
        onClick={() => void agents.refetch()}
      >
        {agents.data ? 'Look again' : 'Look for agents'}
      </Button>
      {agents.isError && <p className="tone-fail">{agents.error.message}</p>}
      {agents.data && !agents.data.agents && <p className="dim">This server does not look for agents.</p>}
      {agents.data?.agents && (
        <table>
          <thead>
            <tr>
              <th>Agent</th>
              <th>Version</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {agents.data.agents.map((agent) => (
              <tr key={agent.name}>
                <td className="mono">{agent.name}</td>
                <td className="mono">{agent.version ?? '–'}</td>
                <td>
                  <AgentState agent={agent} />
                  {agent.problem !== null && <div className="dim">{[agent.problem, agent.fix].filter(Boolean).join(': ')}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function AgentState({ agent: { found, login } }: { agent: AgentFound }) {
  if (!found) return <span className="dim">not found</span>;
  if (login === 'missing') return <span className="tone-ask">found, not signed in</span>;
  return login === 'ok' ? <Status status="ready" /> : <span>found, sign-in unknown</span>;
}
