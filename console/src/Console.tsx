// The pages for people with an account: picks the one for the address, behind the login.
import { Anchor } from '@mantine/core';
import { EmptyState } from './components/EmptyState';
import { ErrorBoundary } from './components/ErrorBoundary';
import { DeployPage } from './deploy/DeployPage';
import { DeploymentProvider } from './deploy/DeploymentProvider';
import { HomePage } from './HomePage';
import { InstancePage } from './instances/InstancePage';
import { Shell } from './layout/Shell';
import { LoginPage } from './login/LoginPage';
import { messages } from './messages';
import { ProcessPage } from './processes/ProcessPage';
import { hrefs, type ConsoleRoute } from './routes';

function CurrentPage({ route }: { route: ConsoleRoute }) {
  switch (route.page) {
    case 'home':
      return <HomePage filter={route.filter} />;
    case 'process':
      return <ProcessPage id={route.id} version={route.version} filter={route.filter} />;
    case 'instance':
      return <InstancePage id={route.id} />;
    case 'deploy':
      return <DeployPage />;
    case 'unknown':
      return (
        <EmptyState title={messages.unknownPage}>
          <Anchor href={hrefs.home()}>{messages.toHome}</Anchor>
        </EmptyState>
      );
  }
}

export function Console({ route, loggedIn }: { route: ConsoleRoute; loggedIn: boolean }) {
  if (!loggedIn) return <LoginPage />;
  return (
    <DeploymentProvider>
      <Shell>
        <ErrorBoundary key={'id' in route ? `${route.page}/${route.id}` : route.page}>
          <CurrentPage route={route} />
        </ErrorBoundary>
      </Shell>
    </DeploymentProvider>
  );
}
