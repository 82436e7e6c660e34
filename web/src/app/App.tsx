import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { AuditPage } from '../pages/audit/AuditPage';
import { JobPage } from '../pages/job/JobPage';
import { JobsPage } from '../pages/jobs/JobsPage';
import { NeedsPage } from '../pages/needs/NeedsPage';
import { SettingsPage } from '../pages/settings/SettingsPage';
import { WorkflowsPage } from '../pages/workflows/WorkflowsPage';
import { ThemeRoot } from '../theme/ThemeRoot';
import { Frame } from './Frame';
import { Login } from './Login';
import { newQueries } from './queries';
import { enterByLink, useSession } from './session';

const queries = newQueries();

export function App() {
  return (
    <ThemeRoot>
      <QueryClientProvider client={queries}>
        <Router base="/ui">
          <Entrance />
        </Router>
      </QueryClientProvider>
    </ThemeRoot>
  );
}

function Entrance() {
  const session = useSession();
  useEffect(() => void enterByLink(), []);
  if (session === 'entering') return null;
  if (session === 'out') return <Login />;
  return (
    <Frame>
      <Switch>
        <Route path="/jobs" component={JobsPage} />
        <Route path="/jobs/:job">{({ job }) => <JobPage job={decodeURIComponent(job)} />}</Route>
        <Route path="/needs" component={NeedsPage} />
        <Route path="/workflows" component={WorkflowsPage} />
        <Route path="/audit" component={AuditPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route>
          <Redirect to="/jobs" replace />
        </Route>
      </Switch>
    </Frame>
  );
}
