import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { AuditPage } from '../pages/audit/AuditPage';
import { ComparePage } from '../pages/compare/ComparePage';
import { JobsPage } from '../pages/jobs/JobsPage';
import { NeedsPage } from '../pages/needs/NeedsPage';
import { SettingsPage } from '../pages/settings/SettingsPage';
import { WorkflowsPage } from '../pages/workflows/WorkflowsPage';
import { Skeleton } from '../shared/States';
import { ThemeRoot } from '../theme/ThemeRoot';
import { Frame } from './Frame';
import { Login } from './Login';
import { newQueries } from './queries';
import { enterByLink, useSession } from './session';

const queries = newQueries();
// The largest page, and not the first one that is opened.
const JobPage = lazy(async () => ({ default: (await import('../pages/job/JobPage')).JobPage }));

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
        <Route path="/jobs/:job">
          {({ job }) => (
            <Suspense fallback={<Skeleton />}>
              <JobPage job={decodeURIComponent(job)} />
            </Suspense>
          )}
        </Route>
        <Route path="/compare" component={ComparePage} />
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
