// Joins theme, queries and session, and picks the page for the address.
import { Anchor, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { createQueryClient } from './api/queries';
import { useSession } from './api/session';
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
import { hrefs, type Route, useRoute } from './routes';
import { cssVariables, theme } from './theme';

function CurrentPage({ route }: { route: Route }) {
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

function Console() {
  const route = useRoute();
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

function Queries({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

/** One query cache per login: what one user has read is not shown to the next. */
function Session() {
  const session = useSession();
  return <Queries key={session?.token}>{session ? <Console /> : <LoginPage />}</Queries>;
}

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme="light">
      <Notifications position="bottom-right" />
      <Session />
    </MantineProvider>
  );
}
