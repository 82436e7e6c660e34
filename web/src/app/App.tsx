import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Route, Router, Switch } from 'wouter';
import { JobPage } from '../pages/job/JobPage';
import { ThemeRoot } from '../theme/ThemeRoot';

const queries = new QueryClient();

export function App() {
  return (
    <ThemeRoot>
      <QueryClientProvider client={queries}>
        <Router base="/ui">
          <Switch>
            <Route path="/jobs/:job">{({ job }) => <JobPage job={job} />}</Route>
          </Switch>
        </Router>
      </QueryClientProvider>
    </ThemeRoot>
  );
}
